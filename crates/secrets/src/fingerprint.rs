//! Fingerprints: the same secret is known again, wherever it moves, and cannot be told from it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{Entropy, Secret};
use sha2::Sha256;

/// Says what the code is over, so that the same key elsewhere gives other codes.
const PURPOSE: &[u8] = b"stagedoor secret fingerprint v1\0";
/// Least bytes of a key.
pub const KEY_BYTES: usize = 16;

/// The key of fingerprints: HMAC-SHA-256, so that who has a fingerprint cannot try values against it.
#[derive(Clone, Debug)]
pub struct FingerprintKey {
    key: Secret<Vec<u8>>,
    lasting: bool,
}

/// A key that is too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the fingerprint key has {0} bytes; it needs at least {KEY_BYTES}")]
pub struct ShortKeyError(usize);

impl FingerprintKey {
    /// A key that somebody keeps: fingerprints are the same in every run.
    pub fn kept(key: Vec<u8>) -> Result<Self, ShortKeyError> {
        if key.len() < KEY_BYTES {
            return Err(ShortKeyError(key.len()));
        }
        Ok(Self { key: Secret::new(key), lasting: true })
    }

    /// A key for this run only.
    pub fn passing(entropy: &dyn Entropy) -> Self {
        let mut key = vec![0; 32];
        entropy.fill(&mut key);
        Self { key: Secret::new(key), lasting: false }
    }

    /// Whether fingerprints under this key mean anything in another run.
    pub fn is_lasting(&self) -> bool {
        self.lasting
    }

    /// The fingerprint of a secret.
    pub fn fingerprint(&self, secret: &[u8]) -> Fingerprint {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.expose()).expect("HMAC takes keys of any length");
        mac.update(PURPOSE);
        mac.update(secret);
        let code = mac.finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&code[..16]);
        Fingerprint(short)
    }
}

/// 128 bits of a keyed hash of the secret alone: neither rule, file nor line is in it, so it survives
/// moves. Printed as 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Reads 32 hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: &[u8; 32] = text.as_bytes().try_into().ok()?;
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit =
                |at: usize| char::from(pair[at]).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            *byte = digit(0)? << 4 | digit(1)?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_depends_on_the_key_and_the_secret_and_can_be_read_back() {
        let key = |byte| FingerprintKey::kept(vec![byte; 32]).expect("the key is long enough");
        let print = key(1).fingerprint(b"secret");
        assert_eq!(print, key(1).fingerprint(b"secret"));
        assert_ne!(print, key(2).fingerprint(b"secret"));
        assert_ne!(print, key(1).fingerprint(b"secreu"));
        assert_eq!(Fingerprint::parse(&print.to_string()), Some(print));
        assert_eq!(Fingerprint::parse("zz"), None);
        assert!(FingerprintKey::kept(vec![1; 15]).is_err());
    }
}
