//! Private Packagist's tokens end in eight hexadecimal characters: the CRC-32 of everything before
//! them, the prefix among it.
//!
//! Source: <https://packagist.com/docs/composer-authentication#token-format>

const LENGTH: usize = 8;

/// Whether the last eight characters are the checksum of those before them.
pub(super) fn holds(token: &[u8]) -> bool {
    token
        .split_last_chunk::<LENGTH>()
        .is_some_and(|(body, sum)| format!("{:08x}", crc32fast::hash(body)).as_bytes() == sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_tail_holds_and_a_wrong_one_does_not() {
        // The check value of CRC-32, as its catalogues print it.
        assert!(holds(b"123456789cbf43926"));
        assert!(!holds(b"123456789cbf43927"));
        assert!(!holds(b"cbf4392"));
    }
}
