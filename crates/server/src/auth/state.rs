//! The state of a sign-in, while the browser is at the provider.
//!
//! The reference writes it in the clear and trusts what comes back, but for one value that a cookie has too. Here nobody
//! can read or change it, it is good for one callback within ten minutes, and it holds what proves the callback ours:
//! the secret of PKCE (RFC 7636) and the nonce of the ID token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::{Sealed, Sealer, TokenHash};
use model::{Entropy, Secret, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use time::Duration;

/// How long a person may take at the provider.
pub(crate) const LIFETIME: Duration = Duration::minutes(10);
/// Longest state that is looked at, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// How the browser came, and goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Flow {
    /// A popup of the frontend, which is told the outcome by a message.
    Popup,
    /// The frontend's own window, which is sent back.
    Redirect,
    /// Our own sign-in page.
    Page,
}

/// What is remembered of a sign-in that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The value that the cookie has too.
    pub(crate) nonce: String,
    /// The environment of the provider.
    pub(crate) environment: String,
    /// How the browser goes back.
    pub(crate) flow: Flow,
    /// Who is told; one of our origins.
    pub(crate) origin: String,
    /// Where the browser is sent; an address of one of our origins.
    pub(crate) redirect_url: Option<String>,
    /// What was asked for.
    pub(crate) scope: String,
    /// PKCE: the secret whose hash the provider was shown.
    pub(crate) verifier: String,
    /// What the ID token has to repeat.
    pub(crate) id_nonce: String,
    /// When it began, in seconds since 1970.
    pub(crate) began: i64,
}

/// A state that was not made by us for this browser and provider, was changed, or is too old. There is one answer to all
/// of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the state of the sign-in is not valid")]
pub(crate) struct NotOurs;

impl State {
    /// Three values that nobody can guess: for the cookie, for PKCE, for the ID token.
    pub(crate) fn secrets(entropy: &dyn Entropy) -> [String; 3] {
        std::array::from_fn(|_| {
            let mut bytes = [0; 32];
            entropy.fill(&mut bytes);
            URL_SAFE_NO_PAD.encode(bytes)
        })
    }

    /// The text that goes by way of the provider.
    ///
    /// # Errors
    /// If it is longer than can be sealed.
    pub(crate) fn seal(
        &self,
        provider: &str,
        sealer: &Sealer,
        entropy: &dyn Entropy,
    ) -> Result<String, NotOurs> {
        let plain = serde_json::to_vec(self).map_err(|_| NotOurs)?;
        let text = sealer.seal(Sealed::State, provider, &plain, entropy).map_err(|_| NotOurs)?;
        if text.len() > MAX_BYTES { Err(NotOurs) } else { Ok(text) }
    }

    /// Opens what came back, with the cookie's value. Whether it was used before is asked of the store, by
    /// [`fingerprint`].
    ///
    /// # Errors
    /// [`NotOurs`], whatever it was.
    pub(crate) fn open(
        presented: &str,
        provider: &str,
        cookie: Option<&str>,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Self, NotOurs> {
        if presented.len() > MAX_BYTES {
            return Err(NotOurs);
        }
        let plain = sealer.open(Sealed::State, provider, presented).map_err(|_| NotOurs)?;
        let state: Self = serde_json::from_slice(plain.expose()).map_err(|_| NotOurs)?;
        let cookie = cookie.unwrap_or_default();
        let same: bool = state.nonce.as_bytes().ct_eq(cookie.as_bytes()).into();
        let began = Timestamp::from_unix_timestamp(state.began).map_err(|_| NotOurs)?;
        let in_time = now < began + LIFETIME && began <= now + Duration::MINUTE;
        if same && in_time { Ok(state) } else { Err(NotOurs) }
    }

    /// PKCE's secret, for the exchange of the code.
    pub(crate) fn verifier(&self) -> Secret<String> {
        Secret::new(self.verifier.clone())
    }
}

/// Under which a state is remembered as used.
pub(crate) fn fingerprint(presented: &str) -> TokenHash {
    TokenHash::from_bytes(Sha256::digest(presented).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemEntropy;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn sealer() -> Sealer {
        let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        Sealer::new(&Secret::new(key.to_owned()), &[]).expect("a key")
    }

    fn state() -> State {
        let [nonce, verifier, id_nonce] = State::secrets(&SystemEntropy::default());
        State {
            nonce,
            environment: "production".to_owned(),
            flow: Flow::Popup,
            origin: "https://portal.example.com".to_owned(),
            redirect_url: None,
            scope: "openid".to_owned(),
            verifier,
            id_nonce,
            began: 0,
        }
    }

    #[test]
    fn it_comes_back_to_the_browser_and_the_provider_it_was_made_for() {
        let (state, sealer, entropy) = (state(), sealer(), SystemEntropy::default());
        let text = state.seal("github", &sealer, &entropy).expect("sealed");
        let open =
            |provider: &str, cookie: Option<&str>, now| State::open(&text, provider, cookie, &sealer, now);
        let cookie = Some(state.nonce.as_str());
        assert_eq!(open("github", cookie, NOW), Ok(state.clone()));
        assert_eq!(open("okta", cookie, NOW), Err(NotOurs));
        assert_eq!(open("github", None, NOW), Err(NotOurs));
        assert_eq!(open("github", Some(""), NOW), Err(NotOurs));
        assert_eq!(open("github", Some(&state.id_nonce), NOW), Err(NotOurs));
        assert_eq!(open("github", cookie, NOW + LIFETIME - Duration::SECOND), Ok(state.clone()));
        assert_eq!(open("github", cookie, NOW + LIFETIME), Err(NotOurs));
        assert_eq!(open("github", cookie, NOW - Duration::HOUR), Err(NotOurs), "our own clock went back");
        for inside in [&state.nonce, &state.verifier, &state.id_nonce, &state.origin] {
            assert!(!text.contains(inside.as_str()), "nobody reads it");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_opens(text in "\\PC{0,200}") {
            prop_assert!(State::open(&text, "github", Some("x"), &sealer(), NOW).is_err());
        }
    }
}
