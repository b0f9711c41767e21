//! `user:password` in base64, as the Basic scheme of HTTP has it.
//!
//! Source: RFC 7617.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::password;

/// Whether it is such a pair, with a password that may open something.
pub(super) fn holds(encoded: &[u8]) -> bool {
    let Ok(pair) = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)) else {
        return false;
    };
    let Ok(pair) = std::str::from_utf8(&pair) else { return false };
    let Some((user, password)) = pair.split_once(':') else { return false };
    !pair.chars().any(char::is_control) && password::opens(user.as_bytes(), password.as_bytes(), b"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pairs_with_a_real_password_count() {
        for (pair, wanted) in [
            ("deploy:R7uT2mQx9LzK", true),
            ("user:password", false),
            ("user:${PASSWORD}", false),
            ("no pair", false),
            ("R7uT2mQx9LzK:", false),
            (":R7uT2mQx9LzK", true),
        ] {
            assert_eq!(holds(STANDARD.encode(pair).as_bytes()), wanted, "{pair}");
        }
        assert!(!holds(b"authentication") && !holds(b"auth"));
    }
}
