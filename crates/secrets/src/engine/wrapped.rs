//! Base64 that is written over several lines, as MIME, `base64` and block scalars of YAML have it.

use std::ops::Range;

/// Characters of a full line: RFC 2045 allows 76, RFC 7468 has 64, other tools 60 or 70.
const LINE: std::ops::RangeInclusive<usize> = 60..=76;
/// Characters of all lines; more of them are looked at apart.
const MOST: usize = 64 * 1024;
/// Indentation of a line, and what holds the pieces of a literal together.
const BETWEEN: usize = 48;

/// The lines that go on from the one at `first`: where the last ends, and what all say together.
pub(super) fn lines(
    text: &[u8],
    first: &Range<usize>,
    is_base64: fn(u8) -> bool,
) -> Option<(usize, Vec<u8>)> {
    let length = first.len();
    if !LINE.contains(&length) {
        return None;
    }
    let mut joined = text[first.clone()].to_vec();
    let mut end = first.end;
    while joined.len() < MOST {
        let Some(start) = next_line(text, end) else { break };
        let run = text[start..].iter().take(length + 1).take_while(|byte| is_base64(**byte)).count();
        if run == 0 || run > length {
            break;
        }
        joined.extend_from_slice(&text[start..start + run]);
        end = start + run;
        if run < length {
            break;
        }
    }
    (end > first.end).then_some((end, joined))
}

/// Where the next line starts, after a line's end that may be written as an escape, quotes and
/// indentation.
fn next_line(text: &[u8], end: usize) -> Option<usize> {
    let mut at = end;
    let mut broken = false;
    while at < text.len().min(end + BETWEEN) {
        match &text[at..] {
            [b'\n', ..] if broken && text[end..at].contains(&b'\n') => return None,
            [b'\n', ..] => {
                broken = true;
                at += 1;
            }
            [b'\\', b'n', ..] => {
                broken = true;
                at += 2;
            }
            [b'\\', b'r', ..] => at += 2,
            // A sign that joins strings; without blanks it may be the first character of a line.
            [b'+', b' ' | b'\n' | b'\r', ..] | [b' ' | b'\t' | b'\r' | b'"' | b'\'' | b',' | b'\\', ..] => {
                at += 1;
            }
            _ => break,
        }
    }
    broken.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::lines;

    fn joined(text: &str, length: usize) -> Option<String> {
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
        let (_, bytes) = lines(text.as_bytes(), &(0..length), is_base64)?;
        String::from_utf8(bytes).ok()
    }

    #[test]
    fn lines_of_one_length_are_one() {
        let line = "a".repeat(64);
        for between in ["\n", "\r\n", "\n    ", "\\n", "\\r\\n", "\" +\n  \"", "\\n\" +\n  \""] {
            let text = format!("{line}{between}{line}{between}bcd\nefg");
            assert_eq!(joined(&text, 64), Some(format!("{line}{line}bcd")), "{between:?}");
        }
        assert_eq!(joined(&format!("{line}\n\n{line}"), 64), None);
        assert_eq!(joined(&format!("{line} {line}"), 64), None);
        assert_eq!(joined("abc\nabc", 3), None);
        assert_eq!(joined(&format!("{line}\n{}", "b".repeat(65)), 64), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(tail in "[a \\n\r\t\"'+,\\\\nr]{0,200}") {
            joined(&format!("{}{tail}", "a".repeat(64)), 64);
        }
    }
}
