//! Random tokens that mean nothing by themselves and are kept hashed.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Entropy, Secret};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What a token is for. The prefix tells people (and secret scanners) what they found, and a token
/// of one purpose never parses as one of another.
pub trait Purpose: 'static {
    /// Begins every token of this purpose.
    const PREFIX: &'static str;
}

/// 256 random bits as base64url after a prefix.
///
/// Its text is a [`Secret`]; at rest only [`OpaqueToken::hash`] is kept. A plain SHA-256 is enough,
/// because there is nothing to guess in 256 random bits.
pub struct OpaqueToken<P> {
    text: Secret<String>,
    purpose: PhantomData<fn() -> P>,
}

/// Random bits in a token, in bytes.
const BYTES: usize = 32;
/// Length of their base64url text.
const LETTERS: usize = 43;

impl<P: Purpose> OpaqueToken<P> {
    /// Draws a new token.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; BYTES];
        entropy.fill(&mut bytes);
        Self::from_text(format!("{}{}", P::PREFIX, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads a presented token; `None` when it has not the form of one of ours.
    pub fn parse(presented: &str) -> Option<Self> {
        let letters = presented.strip_prefix(P::PREFIX)?;
        if letters.len() != LETTERS || URL_SAFE_NO_PAD.decode(letters).ok()?.len() != BYTES {
            return None;
        }
        Some(Self::from_text(presented.to_owned()))
    }

    fn from_text(text: String) -> Self {
        Self { text: Secret::new(text), purpose: PhantomData }
    }

    /// The text to hand out, once.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.expose()).into())
    }
}

impl<P: Purpose> fmt::Debug for OpaqueToken<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", P::PREFIX)
    }
}

/// SHA-256 of a token: finds its row, and tells nothing about the token. It is compared in constant
/// time, and may be shown as the id of a session.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// From the bytes of a stored row.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl std::hash::Hash for TokenHash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{LinkToken, SessionToken};
    use std::sync::atomic::{AtomicU8, Ordering};

    /// Predictable bytes that differ from call to call.
    #[derive(Default)]
    pub(crate) struct Counting(AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn a_token_parses_to_itself_and_prints_nothing() {
        let entropy = Counting::default();
        let token = SessionToken::generate(&entropy);
        let again = SessionToken::parse(token.expose()).expect("its own text");
        assert_eq!(token.hash(), again.hash());
        assert_eq!(format!("{token:?}"), "sd_…");
        assert_ne!(token.hash(), SessionToken::generate(&entropy).hash());
    }

    #[test]
    fn purposes_do_not_mix_and_other_forms_are_refused() {
        let session = SessionToken::generate(&Counting::default());
        let link = LinkToken::generate(&Counting::default());
        assert!(LinkToken::parse(session.expose()).is_none());
        assert!(SessionToken::parse(link.expose()).is_none());
        let letters = session.expose();
        for bad in ["", "sd_", &letters[..letters.len() - 1], &format!("{letters}A"), &format!(" {letters}")]
        {
            assert!(SessionToken::parse(bad).is_none(), "{bad}");
        }
    }
}
