//! Static tokens of `backend.auth.externalAccess`.

use std::fmt;

use model::Secret;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use crate::{MAX_CREDENTIAL_BYTES, Principal, Restrictions};

/// One configured token.
#[derive(Clone, Debug)]
pub struct ServiceToken {
    /// The token: at least eight characters, no white space.
    pub token: Secret<String>,
    /// Who presents it, as policy and audit records name it.
    pub subject: String,
    /// The upper bound of what it may do.
    pub restrictions: Option<Restrictions>,
}

/// Why a configured token is refused at start. The number is its place in the list, from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceTokenError {
    /// Too easy to guess.
    #[error("token {0} is shorter than {min} characters", min = ServiceTokens::MIN_LENGTH)]
    Short(usize),
    /// Could never be presented.
    #[error("token {0} holds white space or another character that no header carries")]
    Characters(usize),
    /// Could never be presented.
    #[error("token {0} is longer than {MAX_CREDENTIAL_BYTES} bytes")]
    Long(usize),
    /// Nobody could tell who did what.
    #[error("token {0} has an empty subject, or one with white space or control characters")]
    Subject(usize),
    /// It would be unclear who presents it.
    #[error("tokens {0} and {1} are the same")]
    Twice(usize, usize),
}

/// All configured tokens, hashed.
#[derive(Default)]
pub struct ServiceTokens(Vec<Known>);

struct Known {
    hash: [u8; 32],
    principal: Principal,
}

impl ServiceTokens {
    /// Shortest token accepted, in characters; the reference's limit.
    pub const MIN_LENGTH: usize = 8;

    /// Checks and hashes the configured tokens.
    pub fn new(tokens: Vec<ServiceToken>) -> Result<Self, ServiceTokenError> {
        let mut known: Vec<Known> = Vec::with_capacity(tokens.len());
        for (at, ServiceToken { token, subject, restrictions }) in tokens.into_iter().enumerate() {
            let text = token.expose();
            if text.len() < Self::MIN_LENGTH {
                return Err(ServiceTokenError::Short(at));
            }
            if text.len() > MAX_CREDENTIAL_BYTES - "Bearer ".len() {
                return Err(ServiceTokenError::Long(at));
            }
            if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(ServiceTokenError::Characters(at));
            }
            if subject.is_empty() || subject.chars().any(|c| c.is_whitespace() || c.is_control()) {
                return Err(ServiceTokenError::Subject(at));
            }
            let hash = Sha256::digest(text).into();
            if let Some(first) = known.iter().position(|other| other.hash == hash) {
                return Err(ServiceTokenError::Twice(first, at));
            }
            known.push(Known { hash, principal: Principal::service(subject, restrictions) });
        }
        Ok(Self(known))
    }

    /// Who presents this token, if anyone. Every known hash is compared, in constant time, whatever
    /// is found, so the answer's time says nothing about which token came close.
    pub fn verify(&self, presented: &str) -> Option<Principal> {
        if presented.len() > MAX_CREDENTIAL_BYTES {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(presented).into();
        let (mut found, mut place) = (Choice::from(0), 0_u64);
        for (at, known) in (0_u64..).zip(&self.0) {
            let same = known.hash.ct_eq(&hash);
            place.conditional_assign(&at, same);
            found |= same;
        }
        let place = usize::try_from(place).ok()?;
        bool::from(found).then(|| self.0.get(place).map(|known| known.principal.clone())).flatten()
    }

    /// Whether none is configured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for ServiceTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|known| known.principal.actor_id())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(token: &str, subject: &str) -> ServiceToken {
        ServiceToken { token: Secret::new(token.to_owned()), subject: subject.to_owned(), restrictions: None }
    }

    #[test]
    fn a_token_is_whoever_it_was_configured_for() {
        let tokens =
            ServiceTokens::new(vec![token("first-token", "ci"), token("second-token", "cd")]).expect("both");
        let who = |presented| tokens.verify(presented).and_then(|who| who.actor_id().map(str::to_owned));
        assert_eq!(who("first-token").as_deref(), Some("ci"));
        assert_eq!(who("second-token").as_deref(), Some("cd"));
        for wrong in ["", "first-toke", "first-token ", "FIRST-TOKEN", "third-token"] {
            assert_eq!(who(wrong), None, "{wrong:?}");
        }
        assert!(ServiceTokens::default().verify("first-token").is_none());
    }

    #[test]
    fn nothing_of_a_token_is_printed() {
        let tokens = ServiceTokens::new(vec![token("first-token", "ci")]).expect("one");
        assert_eq!(format!("{tokens:?}"), "[Some(\"ci\")]");
        assert!(!format!("{:?}", token("first-token", "ci")).contains("first-token"));
    }

    #[test]
    fn bad_configuration_is_refused_with_its_place() {
        let new = |tokens: Vec<ServiceToken>| ServiceTokens::new(tokens).expect_err("refused");
        assert_eq!(new(vec![token("long-enough", "a"), token("short", "b")]), ServiceTokenError::Short(1));
        assert_eq!(new(vec![token("with space", "a")]), ServiceTokenError::Characters(0));
        assert_eq!(new(vec![token("long-enough", "")]), ServiceTokenError::Subject(0));
        assert_eq!(new(vec![token("long-enough", "a\nb")]), ServiceTokenError::Subject(0));
        assert_eq!(
            new(vec![token("same-token", "a"), token("same-token", "b")]),
            ServiceTokenError::Twice(0, 1)
        );
        assert_eq!(new(vec![token(&"a".repeat(MAX_CREDENTIAL_BYTES), "a")]), ServiceTokenError::Long(0));
    }
}
