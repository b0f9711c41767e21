//! Bounds what a policy file may nest, before Cedar's parser sees it: that parser recurses, and a file
//! that nests without end would take the process with it.

/// Deepest brackets.
const MAX_BRACKETS: usize = 40;
/// Most operators that make an expression one level deeper (`&&`, `||`, `!`, `+`, `-`, `*`) in one policy.
const MAX_OPERATORS: usize = 200;
/// Most `if`s in one policy.
const MAX_IFS: usize = 20;
/// Most dots in one policy.
const MAX_DOTS: usize = 600;

/// Where a file nests too deeply, and what it does too much of. Strings and comments do not count.
pub(crate) fn too_deep(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let (mut at, mut brackets, mut operators, mut dots, mut ifs) = (0, 0_usize, 0_usize, 0_usize, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let mut length = 1;
        match byte {
            b'"' => length = string(rest),
            b'/' if rest.starts_with(b"//") => length = line(rest),
            // An index makes an expression deeper as a dot does.
            b'[' => (brackets, dots) = (brackets + 1, dots + 1),
            b'(' | b'{' => brackets += 1,
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b';' => (operators, dots, ifs) = (0, 0, 0),
            b'.' => dots += 1,
            b'!' if rest.starts_with(b"!=") => length = 2,
            b'!' | b'+' | b'-' | b'*' => operators += 1,
            b'&' | b'|' => {
                operators += 1;
                length = rest.iter().take(2).take_while(|next| **next == byte).count();
            }
            _ if byte.is_ascii_alphanumeric() || byte == b'_' => {
                length = word(rest);
                ifs += usize::from(&rest[..length] == b"if");
            }
            _ => {}
        }
        let problem = if brackets > MAX_BRACKETS {
            Some(format!("brackets nest deeper than {MAX_BRACKETS}"))
        } else if operators > MAX_OPERATORS {
            Some(format!("more than {MAX_OPERATORS} operators in one policy"))
        } else if ifs > MAX_IFS {
            Some(format!("more than {MAX_IFS} `if`s in one policy"))
        } else if dots > MAX_DOTS {
            Some(format!("more than {MAX_DOTS} attributes and methods in one policy"))
        } else {
            None
        };
        if let Some(problem) = problem {
            return Some((at, problem));
        }
        at += length;
    }
    None
}

/// Length of the string literal that begins here, quotes included.
fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

fn line(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

fn word(rest: &[u8]) -> usize {
    rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_and_comments_do_not_count() {
        let many = "(".repeat(100);
        assert_eq!(too_deep(&format!("\"{many}\\\"{many}\" // {many}\n()")), None);
        assert_eq!(too_deep(&many).map(|found| found.0), Some(MAX_BRACKETS));
    }

    #[test]
    fn each_policy_has_its_own_budget() {
        let policy = format!("{}true;", "a && ".repeat(MAX_OPERATORS));
        assert_eq!(too_deep(&policy.repeat(3)), None);
        assert!(too_deep(&policy.replace(';', "&& a;")).is_some());
        assert_eq!(too_deep(&"a != b, notif, ".repeat(500)), None);
    }

    proptest! {
        #[test]
        fn any_text_is_measured(text in ".{0,60}|[\"\\\\/().;!&|a]{0,60}") {
            let _ = too_deep(&text);
        }
    }
}
