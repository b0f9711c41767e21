//! Percent-encoding (RFC 3986 §2.1).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but what is never special.
const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes everything but letters, digits and `-._~`, so that the text stands for itself in any part of a URL, a cookie, a
/// script's text in single quotes.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, SPECIAL).to_string()
}

/// Decodes; `None` for a `%` without two hexadecimal digits, or what is no UTF-8.
pub fn decode(text: &str) -> Option<String> {
    decode_strictly(text.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

/// Why a `%` could not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Decodes `%41`; a `%` without two hexadecimal digits is an error.
pub(crate) fn decode_strictly(text: &[u8]) -> Result<Vec<u8>, Malformed> {
    decoded(text, |_| Err(Malformed))
}

/// Decodes `%41`; a `%` without two hexadecimal digits stands for itself, as browsers have it.
pub(crate) fn decode_leniently(text: &[u8]) -> Vec<u8> {
    decoded(text, Ok::<u8, std::convert::Infallible>).unwrap_or_else(|never| match never {})
}

fn decoded<E>(text: &[u8], malformed: impl Fn(u8) -> Result<u8, E>) -> Result<Vec<u8>, E> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        match tail {
            [high, low, after @ ..] if let (Some(high), Some(low)) = (digit(*high), digit(*low)) => {
                bytes.push((high << 4) | low);
                rest = after;
            }
            _ => bytes.push(malformed(b'%')?),
        }
    }
    Ok(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(text in "\\PC{0,60}") {
            let encoded = encode(&text);
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            prop_assert_eq!(decode(&encoded), Some(text));
        }
    }

    #[test]
    fn what_is_malformed_is_nothing() {
        for bad in ["%", "%4", "%zz", "%ff", "a%", "%c3"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
