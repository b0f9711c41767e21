//! Hashes of tokens: what is kept instead of them.

use std::fmt;

use sha2::{Digest, Sha256};

/// SHA-256 of a token. Tokens are random (256 bits), so no salt and no slow hash are needed, and the
/// database's lookup by hash tells an attacker nothing about the token by its timing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of the token's bytes.
    pub fn of(token: &[u8]) -> Self {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(token) {
            for nibble in [byte >> 4, byte & 15] {
                hex.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        Self(hex)
    }

    /// Lower-case hex, as it is kept.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({}…)", self.0.get(..8).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_sha_256_and_prints_short() {
        let hash = TokenHash::of(b"abc");
        assert_eq!(hash.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(format!("{hash:?}"), "TokenHash(ba7816bf…)");
    }
}
