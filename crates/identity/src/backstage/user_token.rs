//! User tokens, whole and limited.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{EntityRef, RefContext, Secret, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use time::Duration;

use super::{LIMITED_USER, USER, in_time};
use crate::TokenHash;
use crate::jws::{Algorithm, Compact, KeySet, NumericDate, Rejected, SigningKey, SigningKeyError, header};

/// What every user token is for.
const AUDIENCE: &str = "backstage";
/// Shortest and longest lifetime; those of the reference.
const LIFETIMES: (Duration, Duration) = (Duration::minutes(10), Duration::days(1));
/// Longest name of a sign-in.
const MAX_SIGN_IN: usize = 64;

/// Issues and checks the user tokens of one portal.
#[derive(Clone, Debug)]
pub struct UserTokens {
    issuer: String,
    lifetime: Duration,
}

/// A token that was just issued.
#[derive(Debug)]
pub struct IssuedUserToken {
    /// To hand out.
    pub token: Secret<String>,
    /// The moment from which it is void.
    pub expires_at: Timestamp,
    /// Under which its limited token is known: a browser presents nothing else that names the sign-in.
    pub proof: TokenHash,
}

/// What a user token says; its signature, issuer, audience and times were checked. It is no principal yet: whether the
/// sign-in was ended, and whether the catalog still knows the user, is asked of the store and the catalog.
#[derive(Clone, Debug)]
pub struct UserClaims {
    user: EntityRef,
    sign_in: String,
    issued_at: NumericDate,
    expires_at: NumericDate,
    key: String,
    uip: String,
}

/// What a limited user token says; its signature and times were checked.
#[derive(Clone, Debug)]
pub struct LimitedClaims {
    user: EntityRef,
    issued_at: NumericDate,
    expires_at: NumericDate,
    proof: TokenHash,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    iat: NumericDate,
    exp: NumericDate,
    sid: String,
    uip: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limited {
    sub: String,
    iat: NumericDate,
    exp: NumericDate,
}

impl UserTokens {
    /// `issuer` is where the portal is, with `/api/auth`. The lifetime is brought between ten minutes and a day.
    pub fn new(issuer: impl Into<String>, lifetime: Duration) -> Self {
        Self { issuer: issuer.into(), lifetime: lifetime.clamp(LIFETIMES.0, LIFETIMES.1) }
    }

    /// How long a token is valid.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Issues a token. `sign_in` names the sign-in that it comes from, which ends at `until`: so does the token.
    ///
    /// # Errors
    /// If the system has no randomness to give.
    pub fn issue(
        &self,
        key: &SigningKey,
        user: &EntityRef,
        (sign_in, until): (&str, Timestamp),
        now: Timestamp,
    ) -> Result<IssuedUserToken, SigningKeyError> {
        let iat = now.unix_timestamp();
        let exp = (iat + self.lifetime.whole_seconds()).min(until.unix_timestamp());
        let limited = key.sign(LIMITED_USER, &limited_payload(user.as_str(), iat, exp))?;
        let uip = limited.rsplit('.').next().unwrap_or_default();
        let claims = json!({
            "iss": self.issuer, "sub": user.as_str(), "aud": AUDIENCE, "iat": iat, "exp": exp, "sid": sign_in, "uip": uip,
        });
        let token = key.sign(USER, &claims.to_string())?;
        let expires_at = Timestamp::from_unix_timestamp(exp).unwrap_or(now);
        Ok(IssuedUserToken { token: Secret::new(token), expires_at, proof: proof(uip) })
    }

    /// Checks a user token.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(&self, token: &str, keys: &KeySet, now: Timestamp) -> Result<UserClaims, Rejected> {
        let compact = Compact::parse(token)?;
        let key = compact.claimed_key()?.ok_or(Rejected::UnknownKey)?;
        let claims: Claims = compact.verify(Some(USER), keys, &[Algorithm::Es256])?.claims()?;
        if claims.iss != self.issuer {
            return Err(Rejected::Issuer);
        }
        if claims.aud != AUDIENCE {
            return Err(Rejected::Audience);
        }
        in_time(claims.iat, claims.exp, LIFETIMES.1, now)?;
        // It becomes a part of a token, and that a cookie.
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if claims.sid.is_empty() || claims.sid.len() > MAX_SIGN_IN || !claims.uip.bytes().all(is_letter) {
            return Err(Rejected::Claims);
        }
        Ok(UserClaims {
            user: user(&claims.sub)?,
            sign_in: claims.sid,
            issued_at: claims.iat,
            expires_at: claims.exp,
            key,
            uip: claims.uip,
        })
    }

    /// Checks a limited user token, which the cookie `backstage-auth` and plugins on a user's behalf carry.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify_limited(
        &self,
        token: &str,
        keys: &KeySet,
        now: Timestamp,
    ) -> Result<LimitedClaims, Rejected> {
        let compact = Compact::parse(token)?;
        // The signature stands in the user token, and so knows no header without the key's name.
        compact.claimed_key()?.ok_or(Rejected::UnknownKey)?;
        let claims: Limited = compact.verify(Some(LIMITED_USER), keys, &[Algorithm::Es256])?.claims()?;
        in_time(claims.iat, claims.exp, LIFETIMES.1, now)?;
        Ok(LimitedClaims {
            user: user(&claims.sub)?,
            issued_at: claims.iat,
            expires_at: claims.exp,
            proof: proof(token.rsplit('.').next().unwrap_or_default()),
        })
    }
}

impl UserClaims {
    /// Whom it is of.
    pub fn user(&self) -> &EntityRef {
        &self.user
    }

    /// The sign-in that it comes from.
    pub fn sign_in(&self) -> &str {
        &self.sign_in
    }

    /// When it was issued.
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at.timestamp()
    }

    /// The moment from which it is void.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at.timestamp()
    }

    /// The limited token of the same user and times. Whoever holds the user token can make it as well.
    pub fn limited(&self) -> Secret<String> {
        let payload =
            limited_payload(self.user.as_str(), self.issued_at.seconds(), self.expires_at.seconds());
        Secret::new(format!(
            "{}.{}.{}",
            URL_SAFE_NO_PAD.encode(header(LIMITED_USER, &self.key)),
            URL_SAFE_NO_PAD.encode(payload),
            self.uip
        ))
    }
}

impl LimitedClaims {
    /// Whom it is of.
    pub fn user(&self) -> &EntityRef {
        &self.user
    }

    /// When the user token was issued.
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at.timestamp()
    }

    /// The moment from which it is void.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at.timestamp()
    }

    /// Under which it is known; see [`IssuedUserToken::proof`].
    pub fn proof(&self) -> TokenHash {
        self.proof
    }
}

/// Byte by byte as the reference writes it: the signature covers that.
fn limited_payload(user: &str, iat: i64, exp: i64) -> String {
    format!(r#"{{"sub":{},"iat":{iat},"exp":{exp}}}"#, Value::from(user))
}

fn proof(signature: &str) -> TokenHash {
    TokenHash::from_bytes(Sha256::digest(signature).into())
}

fn user(sub: &str) -> Result<EntityRef, Rejected> {
    let user = EntityRef::parse(sub, RefContext::default()).map_err(|_| Rejected::Claims)?;
    // As it was issued: whole, in lower case.
    let is_plain = user.as_str() == sub && !sub.contains(char::is_control);
    if is_plain && user.kind() == "user" { Ok(user) } else { Err(Rejected::Claims) }
}
