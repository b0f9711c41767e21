//! A value at a place that may hold a secret, but as well the name of one.

use crate::random;

/// Shortest value, in bytes.
const SHORTEST: usize = 8;

/// Whether a value is a secret rather than the name of one, or a word.
pub(super) fn holds(value: &[u8]) -> bool {
    let is_path = value.contains(&b'/') && random::wordiness(value) > -60;
    value.len() >= SHORTEST
        && !value.contains(&b' ')
        && !is_path
        && value.iter().any(u8::is_ascii_digit)
        && random::wordiness(value) < -20
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn names_are_told_from_values() {
        for value in ["R7uT2mQx9LzKcV4b", "9f86d081884c7d659a2f", "Kx9#pLw2"] {
            assert!(holds(value.as_bytes()), "{value}");
        }
        for value in
            ["orders-database", "secret/data/orders", "my-token", "true", "orders-db-2", "team a", "v1.2.3"]
        {
            assert!(!holds(value.as_bytes()), "{value}");
        }
    }
}
