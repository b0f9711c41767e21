//! Tokens that are signed with a shared secret.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use model::{Secret, Timestamp};
use serde::Deserialize;
use time::Duration;

use crate::jws::{MAX_TOKEN_BYTES, NumericDate, Rejected};
use crate::{Principal, Restrictions};

/// Whom every such token says that it is of.
const SUBJECT: &str = "backstage-server";
/// Longest lifetime: that with which Backstage issued them.
const LONGEST: Duration = Duration::hours(1);
/// How far clocks may be apart.
const SKEW: Duration = Duration::seconds(10);
/// Fewest bytes of a secret.
const MIN_BYTES: usize = 16;

/// A secret that both sides hold.
pub struct LegacySecret {
    key: hmac::Key,
    principal: Principal,
}

/// Why a secret of the configuration is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LegacySecretError {
    /// As the reference reads it.
    #[error("the secret is not base64")]
    Form,
    /// Could be guessed from one token.
    #[error("the secret is shorter than {MIN_BYTES} bytes")]
    Short,
    /// Nobody could tell who did what.
    #[error("the subject is empty, or has white space in it")]
    Subject,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    crit: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: NumericDate,
    #[serde(default)]
    iat: Option<NumericDate>,
}

impl LegacySecret {
    /// From the configuration.
    ///
    /// # Errors
    /// If it is no secret.
    pub fn new(
        secret: &Secret<String>,
        subject: String,
        restrictions: Option<Restrictions>,
    ) -> Result<Self, LegacySecretError> {
        if subject.is_empty() || subject.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(LegacySecretError::Subject);
        }
        let text = secret.expose().trim();
        let bytes = STANDARD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text));
        let bytes = bytes.map_err(|_| LegacySecretError::Form)?;
        if bytes.len() < MIN_BYTES {
            return Err(LegacySecretError::Short);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        Ok(Self { key, principal: Principal::service(subject, restrictions) })
    }

    /// Checks a token.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Principal, Rejected> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Rejected::TooLong);
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Rejected::Form);
        };
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Rejected::Form);
        let read: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| Rejected::Header)?;
        if read.crit.is_some() {
            return Err(Rejected::Header);
        }
        // This key is for nothing else, so that a public key is never taken for it.
        if read.alg != "HS256" {
            return Err(Rejected::Algorithm);
        }
        let message = token.get(..header.len() + 1 + payload.len()).unwrap_or_default();
        hmac::verify(&self.key, message.as_bytes(), &decoded(signature)?).map_err(|_| Rejected::Signature)?;
        let claims: Claims = serde_json::from_slice(&decoded(payload)?).map_err(|_| Rejected::Claims)?;
        if claims.sub != SUBJECT {
            return Err(Rejected::Claims);
        }
        let exp = claims.exp.timestamp();
        if now >= exp {
            return Err(Rejected::Expired);
        }
        if claims.iat.is_some_and(|iat| iat.timestamp() > now + SKEW) {
            return Err(Rejected::NotYet);
        }
        if exp - now > LONGEST + SKEW {
            return Err(Rejected::Lifetime);
        }
        Ok(self.principal.clone())
    }
}

impl fmt::Debug for LegacySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LegacySecret({:?})", self.principal.actor_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "MDEyMzQ1Njc4OWFiY2RlZg==";
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn signed(secret: &str, header: &str, payload: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(secret).expect("base64"));
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes())))
    }

    fn ours() -> LegacySecret {
        LegacySecret::new(&Secret::new(SECRET.to_owned()), "external:ci".to_owned(), None).expect("a secret")
    }

    #[test]
    fn who_holds_the_secret_is_who_it_was_configured_for() {
        let claims = r#"{"sub":"backstage-server","exp":3600}"#;
        let who = ours().verify(&signed(SECRET, r#"{"alg":"HS256"}"#, claims), NOW).expect("taken");
        assert_eq!(who.actor_id(), Some("external:ci"));
        assert_eq!(format!("{:?}", ours()), "LegacySecret(Some(\"external:ci\"))");
    }

    #[test]
    fn whatever_does_not_fit_is_refused() {
        let good = r#"{"sub":"backstage-server","exp":3600}"#;
        let hs = r#"{"alg":"HS256"}"#;
        let verify = |header: &str, claims: &str| ours().verify(&signed(SECRET, header, claims), NOW).err();
        for (header, claims, why) in [
            (r#"{"alg":"none"}"#, good, Rejected::Algorithm),
            (r#"{"alg":"HS512"}"#, good, Rejected::Algorithm),
            (r#"{"alg":"ES256"}"#, good, Rejected::Algorithm),
            (r#"{"alg":"HS256","crit":["x"]}"#, good, Rejected::Header),
            ("{}", good, Rejected::Header),
            (hs, r#"{"sub":"backstage-server"}"#, Rejected::Claims),
            (hs, r#"{"sub":"root","exp":3600}"#, Rejected::Claims),
            (hs, r#"{"exp":3600}"#, Rejected::Claims),
            (hs, r#"{"sub":"backstage-server","exp":0}"#, Rejected::Expired),
            (hs, r#"{"sub":"backstage-server","exp":90000}"#, Rejected::Lifetime),
            (hs, r#"{"sub":"backstage-server","exp":3600,"iat":600}"#, Rejected::NotYet),
            (hs, "[]", Rejected::Claims),
        ] {
            assert_eq!(verify(header, claims), Some(why), "{header} {claims}");
        }
        let other = signed("ZmVkY2JhOTg3NjU0MzIxMA==", hs, good);
        assert_eq!(ours().verify(&other, NOW).err(), Some(Rejected::Signature));
        let token = signed(SECRET, hs, good);
        let cut = token.rsplit_once('.').expect("a signature").0;
        assert_eq!(ours().verify(&format!("{cut}."), NOW).err(), Some(Rejected::Signature));
        assert_eq!(ours().verify(cut, NOW).err(), Some(Rejected::Form));
        assert_eq!(ours().verify(&"a".repeat(MAX_TOKEN_BYTES + 1), NOW).err(), Some(Rejected::TooLong));
    }

    #[test]
    fn a_secret_is_long_enough() {
        let refused = |secret: &str, subject: &str| {
            LegacySecret::new(&Secret::new(secret.to_owned()), subject.to_owned(), None).expect_err("refused")
        };
        assert_eq!(refused("not base64!", "a"), LegacySecretError::Form);
        assert_eq!(refused("c2hvcnQ=", "a"), LegacySecretError::Short);
        assert_eq!(refused(SECRET, ""), LegacySecretError::Subject);
        assert_eq!(refused(SECRET, "a b"), LegacySecretError::Subject);
    }
}
