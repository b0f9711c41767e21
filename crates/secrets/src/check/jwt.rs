//! A JSON Web Token that is one, and has not expired: a header and a payload that are JSON objects.
//!
//! Source: RFC 7519. A token without `exp` never expires, so it counts.

use time::OffsetDateTime;

use super::base64_json;

/// Longest part that is decoded, in bytes; a longer one counts as a token unread.
const LONGEST: usize = 16 * 1024;

/// Whether the text is a token that may still be used at `now`.
pub(super) fn holds(token: &[u8], now: OffsetDateTime) -> bool {
    let mut parts = token.split(|byte| *byte == b'.');
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else { return false };
    if base64_json::object(header).is_none_or(|header| !header.contains_key("alg")) {
        return false;
    }
    if payload.len() > LONGEST {
        return true;
    }
    // Encrypted tokens (five parts) have no payload to read.
    if parts.count() == 3 {
        return true;
    }
    let Some(claims) = base64_json::object(payload) else { return false };
    // The token that every debugger and tutorial shows, however it is signed.
    if claims.get("sub").is_some_and(|sub| sub == "1234567890") {
        return false;
    }
    let Some(expiry) = claims.get("exp").and_then(serde_json::Value::as_f64) else { return true };
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
    let now = now.unix_timestamp() as f64;
    expiry > now
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn token(header: &str, payload: &str) -> Vec<u8> {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload)).into_bytes()
    }

    #[test]
    fn only_tokens_that_can_still_be_used_count() {
        let now = OffsetDateTime::from_unix_timestamp(1_700_000_000).expect("a valid time");
        let header = r#"{"alg":"RS256"}"#;
        assert!(holds(&token(header, r#"{"sub":"a"}"#), now));
        assert!(holds(&token(header, r#"{"exp":1700000001}"#), now));
        assert!(!holds(&token(header, r#"{"exp":1700000000}"#), now));
        assert!(!holds(&token(r#"{"typ":"JWT"}"#, r#"{"sub":"a"}"#), now));
        assert!(!holds(&token(header, "not json"), now));
        assert!(!holds(b"eyJ.", now));
    }
}
