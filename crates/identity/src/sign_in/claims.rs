//! ID tokens of OpenID Connect providers.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Timestamp;
use serde::Deserialize;
use time::Duration;

use super::{Email, Profile};
use crate::jws::{Algorithm, Compact, KeySet, NumericDate, Rejected};

/// How far the provider's clock may be off.
const SKEW: Duration = Duration::seconds(60);
/// Longest lifetime of an ID token that is believed, and how old one may be that is shown to us for the first time.
const LONGEST: Duration = Duration::days(1);
/// Most audiences of a token.
const MAX_AUDIENCES: usize = 16;

/// What an ID token has to be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issued it: exactly the `issuer` of its discovery document.
    pub issuer: &'a str,
    /// For whom: our client id.
    pub client_id: &'a str,
    /// The nonce of our request; `None` for a refresh, whose token need not carry one.
    pub nonce: Option<&'a str>,
    /// The access token that came with it; `None` where none did. A token that says to which it belongs has to say this.
    pub access_token: Option<&'a str>,
    /// How it may be signed.
    pub algorithms: &'a [Algorithm],
}

/// What an ID token says; signature, issuer, audience, nonce and times were checked (OpenID Connect Core §3.1.3.7).
#[derive(Clone, Debug)]
pub struct IdClaims {
    subject: String,
    session: Option<String>,
    expires_at: Timestamp,
    hosted_domain: Option<String>,
    object_id: Option<String>,
    profile: Profile,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Providers write a flag as one, or as a text.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Flag {
    Bool(bool),
    Text(String),
}

impl Flag {
    pub(super) fn holds(&self) -> bool {
        match self {
            Self::Bool(flag) => *flag,
            Self::Text(text) => text == "true",
        }
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: NumericDate,
    iat: NumericDate,
    #[serde(default)]
    nbf: Option<NumericDate>,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    sid: Option<String>,
    #[serde(default)]
    at_hash: Option<String>,
    #[serde(default)]
    hd: Option<String>,
    #[serde(default)]
    oid: Option<String>,
    #[serde(flatten)]
    person: Person,
}

/// What is said of a person, in ID tokens and by the `UserInfo` endpoint alike (OpenID Connect Core §5.1).
#[derive(Default, Deserialize)]
pub(super) struct Person {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<Flag>,
    #[serde(default)]
    preferred_username: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    picture: Option<String>,
}

impl IdClaims {
    /// Checks an ID token.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(
        token: &str,
        keys: &KeySet,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<Self, Rejected> {
        let verified = Compact::parse(token)?.verify(None, keys, expected.algorithms)?;
        let claims: Claims = verified.claims()?;
        if claims.iss != expected.issuer {
            return Err(Rejected::Issuer);
        }
        is_for(&claims, expected.client_id)?;
        if expected.nonce.is_some() && claims.nonce.as_deref() != expected.nonce {
            return Err(Rejected::Nonce);
        }
        if let (Some(hash), Some(access)) = (&claims.at_hash, expected.access_token)
            && *hash != access_token_hash(access, verified.algorithm())
        {
            return Err(Rejected::AccessToken);
        }
        in_time(&claims, now)?;
        let subject = Profile::text(&claims.sub).ok_or(Rejected::Claims)?;
        let profile = claims.person.profile(&subject);
        let text = |text: Option<String>| text.as_deref().and_then(Profile::text);
        Ok(Self {
            subject,
            session: claims.sid,
            expires_at: claims.exp.timestamp(),
            hosted_domain: text(claims.hd),
            object_id: text(claims.oid),
            profile,
        })
    }

    /// What the provider calls the person by: the same for ever, and nobody else's.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The session at the provider, if it names it.
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// When it ends.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// `hd`: the domain of Google's that the account belongs to; private accounts have none.
    pub fn hosted_domain(&self) -> Option<&str> {
        self.hosted_domain.as_deref()
    }

    /// `oid`: what a directory of Microsoft's calls the person by, in every application.
    pub fn object_id(&self) -> Option<&str> {
        self.object_id.as_deref()
    }

    /// The person.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }
}

impl Person {
    pub(super) fn profile(&self, subject: &str) -> Profile {
        let text = |text: &Option<String>| text.as_deref().and_then(Profile::text);
        let verified = self.email_verified.as_ref().map(Flag::holds);
        Profile {
            email: self.email.as_deref().and_then(|email| Email::new(email, verified)),
            unsaid_email_counts: false,
            username: text(&self.preferred_username),
            id: Some(subject.to_owned()),
            display_name: text(&self.name),
            picture: text(&self.picture),
        }
    }
}

/// `at_hash` (OpenID Connect Core §3.1.3.6): the left half of the hash that the signature is made with.
fn access_token_hash(access: &str, algorithm: Algorithm) -> String {
    use Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    let hash = match algorithm {
        Es256 | Rs256 | Ps256 => &digest::SHA256,
        Es384 | Rs384 | Ps384 => &digest::SHA384,
        // Ed25519 hashes with SHA-512.
        Rs512 | Ps512 | EdDsa => &digest::SHA512,
    };
    let hash = digest::digest(hash, access.as_bytes());
    let half = hash.as_ref().len() / 2;
    URL_SAFE_NO_PAD.encode(hash.as_ref().get(..half).unwrap_or_default())
}

fn is_for(claims: &Claims, client: &str) -> Result<(), Rejected> {
    let (ours, others) = match &claims.aud {
        Audience::One(one) => (one == client, 0),
        Audience::Many(all) => {
            (all.len() <= MAX_AUDIENCES && all.iter().any(|one| one == client), all.len().saturating_sub(1))
        }
    };
    let party = claims.azp.as_deref();
    // A token for several has to say that it was given to us.
    if ours && party.is_none_or(|party| party == client) && (others == 0 || party.is_some()) {
        Ok(())
    } else {
        Err(Rejected::Audience)
    }
}

fn in_time(claims: &Claims, now: Timestamp) -> Result<(), Rejected> {
    let (iat, exp) = (claims.iat.timestamp(), claims.exp.timestamp());
    if now >= exp + SKEW {
        Err(Rejected::Expired)
    } else if iat > now + SKEW || claims.nbf.is_some_and(|nbf| nbf.timestamp() > now + SKEW) {
        Err(Rejected::NotYet)
    } else if exp - iat > LONGEST || now - iat > LONGEST {
        Err(Rejected::Lifetime)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws::SigningKey;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://id.example.com";
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn expected() -> Expected<'static> {
        Expected {
            issuer: ISSUER,
            client_id: "portal",
            nonce: Some("n1"),
            access_token: None,
            algorithms: &[Algorithm::Es256],
        }
    }

    fn good() -> Value {
        json!({"iss": ISSUER, "sub": "7", "aud": "portal", "iat": 0, "exp": 300, "nonce": "n1",
            "email": "ada@example.com", "email_verified": true, "preferred_username": "ada", "name": "Ada"})
    }

    #[test]
    fn a_token_that_answers_our_question_is_taken() {
        let (key, _) = SigningKey::generate("k").expect("a key");
        let keys = KeySet::of([key.public()]);
        let token = key.sign("JWT", &good().to_string()).expect("signed");
        let claims = IdClaims::verify(&token, &keys, &expected(), NOW).expect("taken");
        assert_eq!(claims.subject(), "7");
        assert_eq!(claims.profile().counted_email(), Some("ada@example.com"));
        assert_eq!(claims.profile().username.as_deref(), Some("ada"));
    }

    #[test]
    fn whatever_does_not_fit_is_refused() {
        let (key, _) = SigningKey::generate("k").expect("a key");
        let keys = KeySet::of([key.public()]);
        let verify = |claims: &Value| {
            let token = key.sign("JWT", &claims.to_string()).expect("signed");
            IdClaims::verify(&token, &keys, &expected(), NOW + Duration::seconds(10))
        };
        for (name, value, why) in [
            ("iss", json!("https://id.example.com/"), Some(Rejected::Issuer)),
            ("iss", json!("https://ID.example.com"), Some(Rejected::Issuer)),
            ("iss", json!(null), Some(Rejected::Claims)),
            ("aud", json!("other"), Some(Rejected::Audience)),
            ("aud", json!([]), Some(Rejected::Audience)),
            ("aud", json!(["other"]), Some(Rejected::Audience)),
            ("aud", json!(["portal"]), None),
            ("aud", json!(["portal", "other"]), Some(Rejected::Audience)),
            ("aud", json!({"portal": true}), Some(Rejected::Claims)),
            ("azp", json!("other"), Some(Rejected::Audience)),
            ("azp", json!("portal"), None),
            ("nonce", json!("n2"), Some(Rejected::Nonce)),
            ("nonce", json!(null), Some(Rejected::Nonce)),
            ("sub", json!(""), Some(Rejected::Claims)),
            ("sub", json!(7), Some(Rejected::Claims)),
            ("sub", json!("a\nb"), Some(Rejected::Claims)),
            ("exp", json!(-1), Some(Rejected::Claims)),
            ("exp", json!(null), Some(Rejected::Claims)),
            ("exp", json!(100_000), Some(Rejected::Lifetime)),
            ("iat", json!(200), Some(Rejected::NotYet)),
            ("nbf", json!(200), Some(Rejected::NotYet)),
            ("nbf", json!(5), None),
        ] {
            let mut claims = good();
            claims[name] = value.clone();
            assert_eq!(verify(&claims).err(), why, "{name}: {value}");
        }
        let mut old = good();
        old["exp"] = json!(1);
        let token = key.sign("JWT", &old.to_string()).expect("signed");
        let late = IdClaims::verify(&token, &keys, &expected(), NOW + Duration::seconds(61));
        assert_eq!(late.err(), Some(Rejected::Expired));
        for twice in [r#"{"sub":"8","#, r#"{"email":"root@example.com","#, r#"{"email_verified":true,"#] {
            let claims = good().to_string().replacen('{', twice, 1);
            let token = key.sign("JWT", &claims).expect("signed");
            let answer = IdClaims::verify(&token, &keys, &expected(), NOW);
            assert_eq!(answer.err(), Some(Rejected::Claims), "{twice}");
        }
    }

    #[test]
    fn a_token_for_several_says_that_it_is_ours() {
        let (key, _) = SigningKey::generate("k").expect("a key");
        let keys = KeySet::of([key.public()]);
        let mut claims = good();
        claims["aud"] = json!(["portal", "api"]);
        claims["azp"] = json!("portal");
        let token = key.sign("JWT", &claims.to_string()).expect("signed");
        assert!(IdClaims::verify(&token, &keys, &expected(), NOW).is_ok());
    }

    #[test]
    fn an_address_that_is_not_said_to_be_verified_does_not_count() {
        let (key, _) = SigningKey::generate("k").expect("a key");
        let keys = KeySet::of([key.public()]);
        for (verified, counts) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(false), false),
            (json!("false"), false),
            (json!("yes"), false),
            (json!(null), false),
        ] {
            let mut claims = good();
            claims["email_verified"] = verified.clone();
            let token = key.sign("JWT", &claims.to_string()).expect("signed");
            let claims = IdClaims::verify(&token, &keys, &expected(), NOW).expect("taken");
            assert_eq!(claims.profile().counted_email().is_some(), counts, "{verified}");
        }
    }

    #[test]
    fn a_token_says_to_which_access_token_it_belongs() {
        let (key, _) = SigningKey::generate("k").expect("a key");
        let keys = KeySet::of([key.public()]);
        // The example of OpenID Connect Core, appendix A.3.
        let access = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        let verify = |hash: Value, access| {
            let mut claims = good();
            claims["at_hash"] = hash;
            let token = key.sign("JWT", &claims.to_string()).expect("signed");
            IdClaims::verify(&token, &keys, &Expected { access_token: access, ..expected() }, NOW).err()
        };
        let good = json!("77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(verify(good.clone(), Some(access)), None);
        assert_eq!(verify(good.clone(), None), None, "none came with it");
        assert_eq!(verify(json!(null), Some(access)), None, "it need not say");
        assert_eq!(verify(good, Some("another")), Some(Rejected::AccessToken));
        assert_eq!(verify(json!(""), Some(access)), Some(Rejected::AccessToken));
    }
}
