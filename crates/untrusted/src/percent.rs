//! Percent-decoding.

/// Why a `%` could not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Decodes `%41`; a `%` without two hexadecimal digits is an error.
pub(crate) fn decode_strictly(text: &[u8]) -> Result<Vec<u8>, Malformed> {
    decode(text, |_| Err(Malformed))
}

/// Decodes `%41`; a `%` without two hexadecimal digits stands for itself, as browsers have it.
pub(crate) fn decode_leniently(text: &[u8]) -> Vec<u8> {
    decode(text, Ok::<u8, std::convert::Infallible>).unwrap_or_else(|never| match never {})
}

fn decode<E>(text: &[u8], malformed: impl Fn(u8) -> Result<u8, E>) -> Result<Vec<u8>, E> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        match tail {
            [high, low, after @ ..] if let (Some(high), Some(low)) = (digit(*high), digit(*low)) => {
                decoded.push((high << 4) | low);
                rest = after;
            }
            _ => decoded.push(malformed(b'%')?),
        }
    }
    Ok(decoded)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
