//! What a load balancer of Amazon's says of who is behind a request.

use model::Timestamp;
use serde::Deserialize;
use time::Duration;

use super::Profile;
use super::claims::Person;
use crate::jws::{Algorithm, Compact, KeySet, NumericDate, Rejected};

/// How far the balancer's clock may be off.
const SKEW: Duration = Duration::seconds(30);
/// Longest that a token may still be valid for; the balancer makes a new one for each request.
const LONGEST: Duration = Duration::days(1);

/// What the balancer's token has to be.
#[derive(Clone, Copy, Debug)]
pub struct AlbExpected<'a> {
    /// The identity provider that the balancer asks.
    pub issuer: &'a str,
    /// The balancer's ARN. Keys are those of its region, which all balancers of all customers sign with: without this,
    /// anybody's balancer could say anything.
    pub signer: &'a str,
}

/// A token of `x-amzn-oidc-data` whose signature, signer, issuer and time were checked.
#[derive(Clone, Debug)]
pub struct AlbClaims {
    subject: String,
    expires_at: Timestamp,
    profile: Profile,
}

#[derive(Deserialize)]
struct Header {
    signer: String,
    iss: String,
    exp: NumericDate,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    exp: Option<NumericDate>,
    #[serde(flatten)]
    person: Person,
}

impl AlbClaims {
    /// Checks a token.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(
        token: &str,
        keys: &KeySet,
        expected: &AlbExpected<'_>,
        now: Timestamp,
    ) -> Result<Self, Rejected> {
        let verified = Compact::parse_padded(token)?.verify(None, keys, &[Algorithm::Es256])?;
        let (header, claims): (Header, Claims) = (verified.header()?, verified.claims()?);
        if header.signer != expected.signer {
            return Err(Rejected::Signer);
        }
        if header.iss != expected.issuer || claims.iss.is_some_and(|iss| iss != expected.issuer) {
            return Err(Rejected::Issuer);
        }
        let ends = claims.exp.map_or(header.exp, |exp| exp.min(header.exp)).timestamp();
        if now >= ends + SKEW {
            return Err(Rejected::Expired);
        }
        if header.exp.timestamp() - now > LONGEST {
            return Err(Rejected::Lifetime);
        }
        let subject = Profile::text(&claims.sub).ok_or(Rejected::Claims)?;
        let profile = claims.person.profile(&subject);
        Ok(Self { subject, expires_at: ends, profile })
    }

    /// What the identity provider calls the person by.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// When it ends.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The person.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE;
    use serde_json::{Value, json};

    use super::*;
    use crate::jws::SigningKey;

    const ARN: &str = "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/portal/1";
    const EXPECTED: AlbExpected<'static> = AlbExpected { issuer: "https://id.example.com", signer: ARN };

    #[test]
    fn only_our_balancers_word_counts() {
        let (key, pkcs8) = SigningKey::generate("k").expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.expose()).expect("a key");
        let keys = KeySet::of([key.public()]);
        let verify = |header: &Value, payload: &Value| {
            let encoded = |part: &Value| URL_SAFE.encode(part.to_string());
            let message = format!("{}.{}", encoded(header), encoded(payload));
            let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).expect("signed");
            let token = format!("{message}.{}", URL_SAFE.encode(signature.as_ref()));
            assert!(token.ends_with("=="), "the balancer pads");
            AlbClaims::verify(&token, &keys, &EXPECTED, Timestamp::UNIX_EPOCH)
        };
        let header = json!({"alg": "ES256", "kid": "k", "typ": "JWT", "signer": ARN, "client": "portal",
            "iss": "https://id.example.com", "exp": 120});
        let payload = json!({"sub": "7", "email": "ada@example.com", "email_verified": "true", "exp": 120,
            "iss": "https://id.example.com"});
        let taken = verify(&header, &payload).expect("taken");
        assert_eq!((taken.subject(), taken.profile().counted_email()), ("7", Some("ada@example.com")));
        for (name, value, why) in [
            (
                "signer",
                json!("arn:aws:elasticloadbalancing:eu-central-1:2:loadbalancer/app/x/1"),
                Rejected::Signer,
            ),
            ("signer", json!(null), Rejected::Header),
            ("iss", json!("https://id.example.com/"), Rejected::Issuer),
            ("exp", json!(90_000), Rejected::Lifetime),
            ("exp", json!(null), Rejected::Header),
            ("alg", json!("none"), Rejected::Algorithm),
            ("alg", json!("HS256"), Rejected::Algorithm),
            ("kid", json!("other"), Rejected::UnknownKey),
        ] {
            let mut header = header.clone();
            header[name] = value.clone();
            assert_eq!(verify(&header, &payload).err(), Some(why), "{name}: {value}");
        }
        for (name, value, why) in [
            ("iss", json!("https://other.example.com"), Rejected::Issuer),
            ("sub", json!(""), Rejected::Claims),
            ("sub", json!(null), Rejected::Claims),
        ] {
            let mut payload = payload.clone();
            payload[name] = value.clone();
            assert_eq!(verify(&header, &payload).err(), Some(why), "{name}: {value}");
        }
    }
}
