//! Vendors without a prefix hand out random letters and digits. A value of the same length that is a
//! word, a name or a number is none of theirs.

/// Whether letters and digits are mixed in the secret or, where chance gave no digit, small and
/// capital letters as no name in camel case has them: two capitals in a row.
pub(super) fn holds(secret: &[u8]) -> bool {
    if secret.iter().any(u8::is_ascii_digit) {
        return secret.iter().any(u8::is_ascii_alphabetic);
    }
    let capitals = secret.windows(2).any(|pair| pair.iter().all(u8::is_ascii_uppercase));
    capitals && secret.iter().any(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_word_or_a_number_is_not_mixed() {
        assert!(holds(b"k7vRz0qPw2"));
        assert!(holds(b"kvRzTqPwXXab"));
        for name in [&b"service-access-token"[..], b"OrdersServiceName", b"ORDERS_TOPIC", b"20261125", b""] {
            assert!(!holds(name), "{}", name.escape_ascii());
        }
    }
}
