//! A token that carries a JSON object in base64, after its prefix.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Whether what follows the prefix (up to `_`, or from the first `eyJ`) is a JSON object in base64.
pub(super) fn holds(token: &[u8]) -> bool {
    let start = memchr::memmem::find(token, b"eyJ")
        .or_else(|| token.iter().position(|byte| *byte == b'_').map(|at| at + 1))
        .unwrap_or(0);
    let body = &token[start..];
    let end = body
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"+/=".contains(byte)))
        .unwrap_or(body.len());
    object(&body[..end]).is_some() || object(body).is_some()
}

/// The JSON object that is written in base64 of either alphabet, padded or not.
pub(super) fn object(text: &[u8]) -> Option<Map<String, Value>> {
    let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()?;
    match serde_json::from_slice(&bytes).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_in_either_alphabet_padded_or_not() {
        assert!(holds(b"glc_eyJvIjoiMSJ9"));
        assert!(holds(b"sntrys_eyJpYXQiOjF9_c2lnbmF0dXJl"));
        assert!(!holds(b"glc_bm90IGpzb24="));
        assert!(object(b"eyJhIjoiPz8_In0").is_some());
    }
}
