//! Which lines of a file a change added: those that nothing before had, or had less often.

use std::collections::HashMap;

/// For each line of `new`, whether it was added. `olds` are the versions before, one for each parent:
/// what any of them had was there.
///
/// A line that only moved was not added, whatever a diff would show of it.
pub(super) fn added(new: &[u8], olds: &[Vec<u8>]) -> Vec<bool> {
    let mut before: HashMap<&[u8], usize> = HashMap::new();
    for old in olds {
        let mut here: HashMap<&[u8], usize> = HashMap::new();
        for line in lines(old) {
            *here.entry(line).or_default() += 1;
        }
        for (line, count) in here {
            let most = before.entry(line).or_default();
            *most = count.max(*most);
        }
    }
    lines(new)
        .map(|line| match before.get_mut(line) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        })
        .collect()
}

/// Lines without their ends: another kind of end adds nothing.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::added;

    fn of(new: &str, olds: &[&str]) -> String {
        let olds: Vec<Vec<u8>> = olds.iter().map(|old| old.as_bytes().to_vec()).collect();
        added(new.as_bytes(), &olds).iter().map(|added| if *added { '+' } else { ' ' }).collect()
    }

    #[test]
    fn only_what_was_not_there_is_added() {
        assert_eq!(of("a\nb\nc", &[]), "+++");
        assert_eq!(of("a\nb\nc", &["a\nc"]), " + ");
        assert_eq!(of("c\na", &["a\nc"]), "  ", "moved");
        assert_eq!(of("a\na\na", &["a"]), " ++");
        assert_eq!(of("a\r\nb", &["a\nb"]), "  ");
    }

    #[test]
    fn a_merge_adds_what_no_parent_has() {
        assert_eq!(of("a\nb\nc\nd", &["a\nb", "a\nc"]), "   +");
        assert_eq!(of("a\na", &["a", "a"]), " +");
    }

    proptest! {
        #[test]
        fn nothing_is_added_to_itself_and_everything_to_nothing(text in "[ab\n]{0,40}") {
            prop_assert!(!of(&text, &[&text]).contains('+'));
            prop_assert!(!of(&text, &[]).contains(' '));
        }
    }
}
