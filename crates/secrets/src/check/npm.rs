//! A credential of an `.npmrc`: a token, or base64 of a password or of `user:password`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{basic, opaque, password};

/// Whether a value is one of them.
pub(super) fn holds(value: &[u8]) -> bool {
    let decoded =
        STANDARD.decode(value).ok().filter(|decoded| decoded.iter().all(|byte| matches!(byte, b' '..=b'~')));
    match decoded {
        // Only a password is text behind base64; a token is not.
        Some(text) => basic::holds(value) || !text.contains(&b':') && password::opens(b"", &text, b""),
        None => opaque::holds(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_encoded_passwords_are_told_from_code() {
        for value in ["R7uT2mQx9LzKcV4bN8sWpYd3", "UjdVVDJtUXg5THpLY1Y0Yg==", "Y2k6UjdVVDJtUXg5THpLY1Y0Yg=="]
        {
            assert!(holds(value.as_bytes()), "{value}");
        }
        for value in ["options.authToken", "cGFzc3dvcmQ=", "ClientAuthDetails::resolve"] {
            assert!(!holds(value.as_bytes()), "{value}");
        }
    }
}
