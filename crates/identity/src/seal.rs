//! What is given out, or kept, so that only we can read it: states of a sign-in, refresh tokens, private keys.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Entropy, Secret};

/// Most bytes that are sealed at once.
pub const MAX_SEALED_BYTES: usize = 64 * 1024;

/// Fewest bytes of a sealing key.
const KEY_BYTES: usize = 32;
/// Random bytes of each sealed text, from which its own key is derived.
const SALT_BYTES: usize = 16;
/// Bytes of a key's name.
const NAME_BYTES: usize = 6;

/// What is sealed. What was sealed for one purpose does not open for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sealed {
    /// The state of a sign-in, which goes by way of the browser and the identity provider.
    State,
    /// A provider's refresh token.
    RefreshToken,
    /// A private key at rest.
    PrivateKey,
}

impl Sealed {
    fn word(self) -> &'static [u8] {
        match self {
            Self::State => b"state",
            Self::RefreshToken => b"refresh token",
            Self::PrivateKey => b"private key",
        }
    }
}

/// Why a key is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealingKeyError {
    /// It is no hexadecimal, nor base64.
    #[error("a sealing key is 32 random bytes or more, in hexadecimal or base64")]
    Form,
    /// Not random: all of it is made of a few values.
    #[error("the sealing key is not random")]
    Weak,
}

/// A text that was not sealed with a key of ours, for that purpose and that place, or was changed. There is one answer to
/// all of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not sealed by us for this")]
pub struct NotSealed;

/// Seals and opens: AES-256-GCM, with a key of its own for each text, derived by HKDF-SHA256 from the sealing key and 16
/// random bytes. Nonces cannot meet, however much is sealed.
pub struct Sealer {
    current: Key,
    /// These only open.
    previous: Vec<Key>,
}

struct Key {
    name: String,
    prk: Prk,
}

impl Sealer {
    /// With the key that seals, and those that only open, from before it was changed.
    ///
    /// # Errors
    /// If one of them is no key.
    pub fn new(current: &Secret<String>, previous: &[Secret<String>]) -> Result<Self, SealingKeyError> {
        let previous = previous.iter().map(Key::of).collect::<Result<_, _>>()?;
        Ok(Self { current: Key::of(current)?, previous })
    }

    /// Seals. `bound_to` is what it must be presented with again: the row, the user, the cookie that it belongs to.
    ///
    /// # Errors
    /// [`NotSealed`] for more than [`MAX_SEALED_BYTES`].
    pub fn seal(
        &self,
        what: Sealed,
        bound_to: &str,
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<String, NotSealed> {
        if plain.len() > MAX_SEALED_BYTES {
            return Err(NotSealed);
        }
        let mut salt = [0; SALT_BYTES];
        entropy.fill(&mut salt);
        let mut sealed = plain.to_vec();
        let cipher = self.current.cipher(what, &salt)?;
        cipher
            .seal_in_place_append_tag(nonce(), Aad::from(aad(what, bound_to)), &mut sealed)
            .map_err(|_| NotSealed)?;
        let bytes: Vec<u8> = salt.into_iter().chain(sealed).collect();
        Ok(format!("{}.{}", self.current.name, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens.
    ///
    /// # Errors
    /// [`NotSealed`], whatever it was.
    pub fn open(&self, what: Sealed, bound_to: &str, sealed: &str) -> Result<Secret<Vec<u8>>, NotSealed> {
        if sealed.len() > MAX_SEALED_BYTES * 4 / 3 + 128 {
            return Err(NotSealed);
        }
        let (name, text) = sealed.split_once('.').ok_or(NotSealed)?;
        let key = self.keys().find(|key| key.name == name).ok_or(NotSealed)?;
        let mut bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotSealed)?;
        let (salt, sealed) = bytes.split_at_mut_checked(SALT_BYTES).ok_or(NotSealed)?;
        let plain = key
            .cipher(what, salt)?
            .open_in_place(nonce(), Aad::from(aad(what, bound_to)), sealed)
            .map_err(|_| NotSealed)?;
        Ok(Secret::new(plain.to_vec()))
    }

    /// Whether a text was sealed with another key than the one that seals now: time to seal it anew.
    pub fn is_of_old(&self, sealed: &str) -> bool {
        sealed.split_once('.').is_none_or(|(name, _)| name != self.current.name)
    }

    /// By what a secret is known again without being kept: HMAC-SHA256 in hexadecimal, with a key of its own. That of the
    /// key that seals now comes first, then those of the previous ones.
    pub fn fingerprints(&self, secret: &str) -> Vec<String> {
        self.keys().filter_map(|key| key.fingerprint(secret).ok()).collect()
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl Key {
    fn of(text: &Secret<String>) -> Result<Self, SealingKeyError> {
        let bytes = bytes_of(text.expose().trim()).ok_or(SealingKeyError::Form)?;
        if bytes.len() < KEY_BYTES {
            return Err(SealingKeyError::Form);
        }
        let mut values = bytes.clone();
        values.sort_unstable();
        values.dedup();
        // Of 32 random bytes, 30 are different; fewer than 16 are never.
        if values.len() < 16 {
            return Err(SealingKeyError::Weak);
        }
        let prk = Salt::new(HKDF_SHA256, b"stagedoor sealing 1").extract(&bytes);
        let mut name = [0; NAME_BYTES];
        expand(&prk, &[b"name"], &mut name).map_err(|_| SealingKeyError::Form)?;
        Ok(Self { name: URL_SAFE_NO_PAD.encode(name), prk })
    }

    fn fingerprint(&self, secret: &str) -> Result<String, NotSealed> {
        let mut key = [0; KEY_BYTES];
        expand(&self.prk, &[b"fingerprint"], &mut key)?;
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), secret.as_bytes());
        let digits = tag.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Ok(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect())
    }

    fn cipher(&self, what: Sealed, salt: &[u8]) -> Result<LessSafeKey, NotSealed> {
        let mut key = [0; KEY_BYTES];
        expand(&self.prk, &[what.word(), b"\0", salt], &mut key)?;
        UnboundKey::new(&AES_256_GCM, &key).map(LessSafeKey::new).map_err(|_| NotSealed)
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(prk: &Prk, info: &[&[u8]], out: &mut [u8]) -> Result<(), NotSealed> {
    let filled = prk.expand(info, Length(out.len())).and_then(|okm| okm.fill(out));
    filled.map_err(|_| NotSealed)
}

/// The same for all: no two texts have the same key.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn aad(what: Sealed, bound_to: &str) -> Vec<u8> {
    [what.word(), b"\0", bound_to.as_bytes()].concat()
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex {
        let digit = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        return (0..text.len()).step_by(2).map(digit).collect();
    }
    let plain: String = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    URL_SAFE_NO_PAD.decode(plain).ok()
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys().map(|key| &key.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opaque::tests::Counting;
    use proptest::prelude::*;

    const ONE: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const TWO: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

    fn sealer(current: &str, previous: &[&str]) -> Sealer {
        let secret = |text: &&str| Secret::new((*text).to_owned());
        Sealer::new(&secret(&current), &previous.iter().map(secret).collect::<Vec<_>>()).expect("keys")
    }

    #[test]
    fn what_is_sealed_opens_for_that_and_there_alone() {
        let (entropy, ours) = (Counting::default(), sealer(ONE, &[]));
        let sealed = ours.seal(Sealed::State, "github", b"plain", &entropy).expect("sealed");
        let open = |what, bound_to| ours.open(what, bound_to, &sealed).map(|plain| plain.expose().clone());
        assert_eq!(open(Sealed::State, "github"), Ok(b"plain".to_vec()));
        assert_eq!(open(Sealed::State, "okta"), Err(NotSealed));
        assert_eq!(open(Sealed::RefreshToken, "github"), Err(NotSealed));
        assert!(!sealed.contains("plain") && format!("{ours:?}").len() < 20);
        assert_ne!(
            sealed,
            ours.seal(Sealed::State, "github", b"plain", &entropy).expect("sealed"),
            "the same looks different"
        );
        let empty = ours.seal(Sealed::State, "", b"", &entropy).expect("sealed");
        assert_eq!(ours.open(Sealed::State, "", &empty).map(|plain| plain.expose().len()), Ok(0));
    }

    #[test]
    fn keys_change_and_what_the_old_one_sealed_opens() {
        let entropy = Counting::default();
        let old = sealer(ONE, &[]).seal(Sealed::PrivateKey, "k", b"plain", &entropy).expect("sealed");
        let now = sealer(TWO, &[ONE]);
        assert!(now.open(Sealed::PrivateKey, "k", &old).is_ok() && now.is_of_old(&old));
        let new = now.seal(Sealed::PrivateKey, "k", b"plain", &entropy).expect("sealed");
        assert!(!now.is_of_old(&new));
        assert!(sealer(ONE, &[]).open(Sealed::PrivateKey, "k", &new).is_err());
        assert!(sealer(TWO, &[]).open(Sealed::PrivateKey, "k", &old).is_err(), "once it is gone");
    }

    #[test]
    fn a_secret_is_known_again_under_both_keys_and_under_no_others() {
        let known = sealer(TWO, &[ONE]).fingerprints("a secret");
        assert_eq!(
            known,
            [sealer(TWO, &[]).fingerprints("a secret"), sealer(ONE, &[]).fingerprints("a secret")].concat()
        );
        assert!(known.iter().all(|one| one.len() == 64) && known[0] != known[1]);
        assert_ne!(known[0], sealer(TWO, &[]).fingerprints("a secret ")[0]);
    }

    #[test]
    fn a_key_is_random_and_long_enough() {
        let refused = |text: &str| Sealer::new(&Secret::new(text.to_owned()), &[]).expect_err("refused");
        for short in ["", "0", "change me", &ONE[..62], "c2VjcmV0", "ключ"] {
            assert_eq!(refused(short), SealingKeyError::Form, "{short}");
        }
        for weak in ["00".repeat(32), "ab".repeat(64), "0001".repeat(20)] {
            assert_eq!(refused(&weak), SealingKeyError::Weak, "{weak}");
        }
    }

    proptest! {
        #[test]
        fn no_change_opens(at in 0_usize..80, letter in "[A-Za-z0-9_.-]", plain in proptest::collection::vec(any::<u8>(), 0..40)) {
            let ours = sealer(ONE, &[TWO]);
            let sealed = ours.seal(Sealed::State, "x", &plain, &Counting::default()).expect("sealed");
            let opened = ours.open(Sealed::State, "x", &sealed).map(|opened| opened.expose().clone());
            prop_assert_eq!(opened, Ok(plain));
            let at = at % sealed.len();
            let changed = format!("{}{letter}{}", &sealed[..at], &sealed[at + 1..]);
            prop_assert!(changed == sealed || ours.open(Sealed::State, "x", &changed).is_err());
            prop_assert!(ours.open(Sealed::State, "x", &sealed[..at]).is_err());
        }
    }
}
