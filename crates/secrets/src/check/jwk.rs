//! The private part of a JSON Web Key: a member `d` beside `kty`.
//!
//! Source: RFC 7517, RFC 7518.

use super::Seen;

/// Bytes around the value in which the rest of the key stands.
const AROUND: usize = 2048;

/// Whether the value seen stands in a key.
pub(super) fn holds(seen: Seen<'_>) -> bool {
    let before = &seen.before[seen.before.len().saturating_sub(AROUND)..];
    let after = &seen.after[..seen.after.len().min(AROUND)];
    // The object that the value is in: no brace in between.
    let before = memchr::memrchr(b'{', before).map_or(before, |at| &before[at..]);
    let after = memchr::memchr(b'}', after).map_or(after, |at| &after[..at]);
    [before, after]
        .iter()
        .any(|part| memchr::memmem::find(part, b"kty").is_some() && memchr::memchr(b':', part).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_d_counts_only_in_a_key() {
        let seen = |before, after| Seen { secret: b"x", before, after };
        assert!(holds(seen(br#"{"kty":"EC","d":""#, br#""}"#)));
        assert!(holds(seen(br#"{"d":""#, br#"","kty":"EC"}"#)));
        assert!(!holds(seen(br#"{"kty":"EC"},{"d":""#, br#""}"#)));
        assert!(!holds(seen(br#"{"d":""#, br#""}"#)));
    }
}
