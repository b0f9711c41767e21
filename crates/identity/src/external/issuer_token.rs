//! Tokens of an issuer that publishes its keys.

use model::Timestamp;
use serde::Deserialize;
use time::Duration;

use crate::jws::{Algorithm, Compact, KeySet, NumericDate, Rejected};
use crate::{Principal, Restrictions};

/// How far clocks may be apart.
const SKEW: Duration = Duration::seconds(30);
/// Longest lifetime.
const LONGEST: Duration = Duration::days(1);
/// Longest subject.
const MAX_SUBJECT: usize = 512;

/// An entry of type `jwks`.
#[derive(Clone, Debug)]
pub struct IssuerToken {
    issuers: Vec<String>,
    audiences: Vec<String>,
    algorithms: Vec<Algorithm>,
    subject_prefix: Option<String>,
    restrictions: Option<Restrictions>,
}

/// Why an entry of the configuration is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerTokenError {
    /// Then whoever has a token of any issuer behind these keys comes in.
    #[error("no issuer is named")]
    NoIssuer,
    /// Then a token that was made for anything else comes in.
    #[error("no audience is named")]
    NoAudience,
    /// There is no such algorithm, or it is one with a shared secret.
    #[error("`{0}` is not an algorithm with a public key that is known")]
    Algorithm(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: OneOrMany,
    exp: NumericDate,
    #[serde(default)]
    iat: Option<NumericDate>,
    #[serde(default)]
    nbf: Option<NumericDate>,
}

impl IssuerToken {
    /// From the configuration. Without algorithms, all with a public key are allowed.
    ///
    /// # Errors
    /// If it lets in more than it should.
    pub fn new(
        issuers: Vec<String>,
        audiences: Vec<String>,
        algorithms: &[String],
        subject_prefix: Option<String>,
        restrictions: Option<Restrictions>,
    ) -> Result<Self, IssuerTokenError> {
        if issuers.is_empty() || issuers.iter().any(String::is_empty) {
            return Err(IssuerTokenError::NoIssuer);
        }
        if audiences.is_empty() || audiences.iter().any(String::is_empty) {
            return Err(IssuerTokenError::NoAudience);
        }
        let named =
            |name: &String| Algorithm::named(name).ok_or_else(|| IssuerTokenError::Algorithm(name.clone()));
        let named: Vec<Algorithm> = algorithms.iter().map(named).collect::<Result<_, _>>()?;
        let algorithms = if named.is_empty() { Algorithm::ALL.to_vec() } else { named };
        Ok(Self { issuers, audiences, algorithms, subject_prefix, restrictions })
    }

    /// Checks a token with the issuer's keys of now.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(&self, token: &str, keys: &KeySet, now: Timestamp) -> Result<Principal, Rejected> {
        let claims: Claims = Compact::parse(token)?.verify(None, keys, &self.algorithms)?.claims()?;
        if !self.issuers.contains(&claims.iss) {
            return Err(Rejected::Issuer);
        }
        let ours = |audience: &String| self.audiences.contains(audience);
        let is_ours = match &claims.aud {
            OneOrMany::One(one) => ours(one),
            OneOrMany::Many(many) => many.iter().any(ours),
        };
        if !is_ours {
            return Err(Rejected::Audience);
        }
        let exp = claims.exp.timestamp();
        let late = |date: Option<NumericDate>| date.is_some_and(|date| date.timestamp() > now + SKEW);
        if now >= exp + SKEW {
            return Err(Rejected::Expired);
        }
        if late(claims.iat) || late(claims.nbf) {
            return Err(Rejected::NotYet);
        }
        if exp - now > LONGEST {
            return Err(Rejected::Lifetime);
        }
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
        if claims.sub.is_empty() || claims.sub.len() > MAX_SUBJECT || !claims.sub.chars().all(is_plain) {
            return Err(Rejected::Claims);
        }
        let prefix = self.subject_prefix.as_ref().map(|prefix| format!("{prefix}:")).unwrap_or_default();
        Ok(Principal::service(format!("external:{prefix}{}", claims.sub), self.restrictions.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws::SigningKey;
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn entry() -> IssuerToken {
        let prefix = Some("ci".to_owned());
        IssuerToken::new(words(&["https://id"]), words(&["portal"]), &words(&["ES256"]), prefix, None)
            .expect("an entry")
    }

    #[test]
    fn a_token_of_the_issuer_for_us_is_its_subject() {
        let (key, _) = SigningKey::generate("k").expect("a key");
        let keys = KeySet::of([key.public()]);
        let good = json!({"iss": "https://id", "sub": "repo:acme/app", "aud": ["x", "portal"], "exp": 300});
        let verify = |claims: &Value| {
            let token = key.sign("JWT", &claims.to_string()).expect("signed");
            entry().verify(&token, &keys, NOW)
        };
        assert_eq!(verify(&good).expect("taken").actor_id(), Some("external:ci:repo:acme/app"));
        for (name, value, why) in [
            ("iss", json!("https://id/"), Rejected::Issuer),
            ("iss", json!(null), Rejected::Claims),
            ("aud", json!("x"), Rejected::Audience),
            ("aud", json!([]), Rejected::Audience),
            ("aud", json!(null), Rejected::Claims),
            ("sub", json!(""), Rejected::Claims),
            ("sub", json!("a b"), Rejected::Claims),
            ("exp", json!(null), Rejected::Claims),
            ("exp", json!(90_000), Rejected::Lifetime),
            ("iat", json!(60), Rejected::NotYet),
            ("nbf", json!(60), Rejected::NotYet),
        ] {
            let mut claims = good.clone();
            claims[name] = value.clone();
            assert_eq!(verify(&claims).err(), Some(why), "{name}: {value}");
        }
    }

    #[test]
    fn an_entry_names_issuer_and_audience() {
        let new = |issuers: &[&str], audiences: &[&str], algorithms: &[&str]| {
            IssuerToken::new(words(issuers), words(audiences), &words(algorithms), None, None).err()
        };
        assert_eq!(new(&[], &["portal"], &[]), Some(IssuerTokenError::NoIssuer));
        assert_eq!(new(&[""], &["portal"], &[]), Some(IssuerTokenError::NoIssuer));
        assert_eq!(new(&["https://id"], &[], &[]), Some(IssuerTokenError::NoAudience));
        for bad in ["HS256", "none", "es256"] {
            assert_eq!(
                new(&["https://id"], &["p"], &[bad]),
                Some(IssuerTokenError::Algorithm(bad.to_owned()))
            );
        }
        assert_eq!(new(&["https://id"], &["p"], &[]), None);
    }
}
