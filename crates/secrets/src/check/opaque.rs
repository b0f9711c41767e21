//! A token without any structure: only its look tells it from a word.

use super::generic::is_credential;

/// Whether a value looks drawn by chance.
pub(super) fn holds(token: &[u8]) -> bool {
    let token = token.strip_suffix(b"==").or_else(|| token.strip_suffix(b"=")).unwrap_or(token);
    // A JSON Web Token says itself whether it has expired.
    let is_jwt = token.starts_with(b"eyJ") && memchr::memchr_iter(b'.', token).count() >= 2;
    token.len() >= 16 && !is_jwt && (is_credential(token, false) || is_uuid(token))
}

/// A random identifier may be a credential where nothing else would stand.
fn is_uuid(token: &[u8]) -> bool {
    token.len() == 36
        && token.iter().enumerate().all(|(at, byte)| {
            if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() }
        })
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn words_are_no_tokens() {
        for token in [
            "R7uT2mQx9LzKcV4bN8sW",
            "9f86d081884c7d659a2feaa0c55ad015",
            "0b6e1a52-3f1d-4c58-9a77-51c0e2f4d8ab",
        ] {
            assert!(holds(token.as_bytes()), "{token}");
        }
        for token in ["authentication-token", "yourAccessTokenHere", "token", "access_token_value"] {
            assert!(!holds(token.as_bytes()), "{token}");
        }
    }
}
