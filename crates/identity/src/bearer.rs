//! The `Authorization` header.

/// Longest credential looked at, in bytes: the reference's limit for a user token.
pub const MAX_CREDENTIAL_BYTES: usize = 32 * 1024;

/// The header is not `Bearer <token>` with one token in it; callers answer 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Longer than [`MAX_CREDENTIAL_BYTES`].
    #[error("credential is longer than {MAX_CREDENTIAL_BYTES} bytes")]
    TooLong,
    /// The scheme is `Bearer`, but no single token follows.
    #[error("authorization header is not on the form `Bearer <token>`")]
    Form,
}

/// Reads the token out of the value of an `Authorization` header.
///
/// `Ok(None)` when the header speaks of another scheme, which is no credential of ours. The scheme is
/// compared without regard to case (RFC 9110 §11.1); the token is the alphabet of RFC 6750 §2.1, so a
/// second token, a comma list or a control character can not ride along.
pub fn bearer(header: &str) -> Result<Option<&str>, Malformed> {
    if header.len() > MAX_CREDENTIAL_BYTES {
        return Err(Malformed::TooLong);
    }
    let header = header.trim_matches([' ', '\t']);
    let (scheme, rest) = header.split_once([' ', '\t']).unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = rest.trim_start_matches([' ', '\t']);
    // Static tokens of the reference may hold any visible character; white space ends a token.
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Malformed::Form);
    }
    Ok(Some(token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_scheme_is_read_without_regard_to_case() {
        for header in ["Bearer abc", "bearer abc", "BEARER  abc", " bEaReR\tabc "] {
            assert_eq!(bearer(header), Ok(Some("abc")), "{header:?}");
        }
    }

    #[test]
    fn other_schemes_are_no_credential_of_ours() {
        for header in ["", "Basic YTpi", "Bearerabc", "BearerX abc", "Negotiate"] {
            assert_eq!(bearer(header), Ok(None), "{header:?}");
        }
    }

    #[test]
    fn a_bearer_header_holds_exactly_one_token() {
        for header in ["Bearer", "Bearer ", "Bearer a b", "Bearer a\tb", "Bearer a\u{0}b", "Bearer ä"] {
            assert_eq!(bearer(header), Err(Malformed::Form), "{header:?}");
        }
        let long = format!("Bearer {}", "a".repeat(MAX_CREDENTIAL_BYTES));
        assert_eq!(bearer(&long), Err(Malformed::TooLong));
    }

    proptest! {
        #[test]
        fn a_token_found_is_one_visible_ascii_word(header in "(?i:bearer)?[ \t]{0,2}\\PC{0,20}") {
            if let Ok(Some(token)) = bearer(&header) {
                prop_assert!(token.bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert!(header.contains(token));
            }
        }
    }
}
