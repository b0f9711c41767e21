//! Where a value stands in a text that writes it otherwise: with indentation, with escapes.

use std::ops::Range;

/// Bytes of a value by which places are looked for that may be its start: fewer where the notation
/// writes even those otherwise.
const STARTS: [usize; 2] = [16, 1];
/// Places that are looked at.
const TRIES: usize = 64;

/// Where `value` is written in `text`: as it is, over indented lines, or with the escapes of a quoted
/// string.
pub(super) fn find(text: &[u8], value: &[u8]) -> Option<Range<usize>> {
    if let Some(at) = memchr::memmem::find(text, value) {
        return Some(at..at + value.len());
    }
    STARTS.iter().find_map(|most| {
        let plain = value.iter().take(*most).take_while(|byte| !b"\n\r\t\"\\/".contains(byte)).count();
        let start = value.get(..plain).filter(|start| !start.is_empty())?;
        let mut places = memchr::memmem::find_iter(text, start).take(TRIES);
        places.find_map(|at| Some(at..at + length(&text[at..], value)?))
    })
}

/// How many bytes of `text` write `value`, if it stands there.
fn length(text: &[u8], value: &[u8]) -> Option<usize> {
    let indent = |text: &[u8]| text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut at = 0;
    for (nth, byte) in value.iter().enumerate() {
        at += match (*byte, text.get(at..)?) {
            (b'\n', [b'\\', b'n', ..]) | (b'\r', [b'\\', b'r', ..]) | (b'\t', [b'\\', b't', ..]) => 2,
            (b'\n', rest) => {
                let broken = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
                // Some of the indentation may be the value's own.
                rest.len() - broken.len() + indent(broken).saturating_sub(indent(&value[nth + 1..]))
            }
            (byte, [first, ..]) if byte == *first => 1,
            (byte, [b'\\', second, ..]) if byte == *second => 2,
            (byte, [b'\\', b'u', a, b, c, d, ..]) => {
                let digits =
                    std::str::from_utf8(&[*a, *b, *c, *d]).ok().map(|digits| u32::from_str_radix(digits, 16));
                (digits? == Ok(u32::from(byte)) && byte < 0x80).then_some(6)?
            }
            _ => return None,
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_value_is_found_as_it_is_written() {
        for (text, value, written) in [
            ("a: one", "one", "one"),
            ("a: |\n  one\n  two\n\n  three\nb: 1", "one\ntwo\n\nthree", "one\n  two\n\n  three"),
            (r#"{"a":"one\ntwo\"x\\y\/z"}"#, "one\ntwo\"x\\y/z", r#"one\ntwo\"x\\y\/z"#),
            ("{\"a\":\"k\\u002dv\"}", "k-v", "k\\u002dv"),
            ("a: |\n  b:\n    one\n", "b:\n  one", "b:\n    one"),
            ("a: |\r\n  one\r\n  two", "one\ntwo", "one\r\n  two"),
        ] {
            let found = find(text.as_bytes(), value.as_bytes()).map(|range| &text[range]);
            assert_eq!(found, Some(written), "{text}");
        }
        assert_eq!(find(b"one\n  three", b"one\ntwo"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_searched_without_a_panic(text: Vec<u8>, value: Vec<u8>) {
            if let Some(range) = find(&text, &value) {
                proptest::prop_assert!(range.end <= text.len());
            }
        }
    }
}
