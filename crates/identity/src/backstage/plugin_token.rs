//! Tokens that one plugin's backend shows another.

use model::{Secret, Timestamp};
use serde::Deserialize;
use serde_json::json;
use time::Duration;

use super::{LimitedClaims, PLUGIN, SKEW, UserTokens, in_time};
use crate::jws::{Algorithm, Compact, KeySet, NumericDate, Rejected, SigningKey, SigningKeyError};

/// Longest lifetime; that of the reference.
const LIFETIME: Duration = Duration::hours(1);
/// Longest id of a plugin.
const MAX_PLUGIN: usize = 128;

/// Issues and checks the tokens of plugins.
#[derive(Clone, Copy, Debug)]
pub struct PluginTokens;

/// Who calls: a plugin, perhaps on behalf of a user.
#[derive(Clone, Debug)]
pub struct PluginCaller {
    plugin: String,
    on_behalf_of: Option<LimitedClaims>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: String,
    iat: NumericDate,
    exp: NumericDate,
    #[serde(default)]
    obo: Option<String>,
}

impl PluginTokens {
    /// A token of `source` for `target`; valid for an hour, or until the user's token ends on whose behalf it is.
    ///
    /// # Errors
    /// If the system has no randomness to give.
    pub fn issue(
        self,
        key: &SigningKey,
        source: &str,
        target: &str,
        on_behalf_of: Option<(&Secret<String>, &LimitedClaims)>,
        now: Timestamp,
    ) -> Result<Secret<String>, SigningKeyError> {
        let iat = now.unix_timestamp();
        let mut exp = iat + LIFETIME.whole_seconds();
        let mut claims = json!({"sub": source, "aud": target, "iat": iat});
        if let Some((token, user)) = on_behalf_of {
            exp = exp.min(user.expires_at().unix_timestamp());
            claims["obo"] = token.expose().as_str().into();
        }
        claims["exp"] = exp.into();
        Ok(Secret::new(key.sign(PLUGIN, &claims.to_string())?))
    }

    /// Whether a token claims to be one of a plugin, and of which: its keys have to be found. The claim is only used to
    /// ask a plugin that is known for its keys; [`PluginTokens::verify`] compares it again.
    pub fn claimed_source(self, token: &str) -> Option<String> {
        let compact = Compact::parse(token).ok()?;
        if compact.claimed_type().ok()?.as_deref() != Some(PLUGIN) {
            return None;
        }
        compact.claimed_subject().ok()?.filter(|source| is_plugin(source))
    }

    /// Checks a token of `source`, whose keys are `keys`, for `target`. `users` are the keys of user tokens.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(
        self,
        token: &str,
        (source, keys): (&str, &KeySet),
        target: &str,
        (user_tokens, users): (&UserTokens, &KeySet),
        now: Timestamp,
    ) -> Result<PluginCaller, Rejected> {
        let compact = Compact::parse(token)?;
        compact.claimed_key()?.ok_or(Rejected::UnknownKey)?;
        let claims: Claims = compact.verify(Some(PLUGIN), keys, &[Algorithm::Es256])?.claims()?;
        // A plugin signs for itself alone.
        if claims.sub != source || !is_plugin(&claims.sub) {
            return Err(Rejected::Issuer);
        }
        if claims.aud != target {
            return Err(Rejected::Audience);
        }
        in_time(claims.iat, claims.exp, LIFETIME + SKEW, now)?;
        let on_behalf_of = claims.obo.map(|obo| user_tokens.verify_limited(&obo, users, now)).transpose()?;
        Ok(PluginCaller { plugin: claims.sub, on_behalf_of })
    }
}

impl PluginCaller {
    /// Its id.
    pub fn plugin(&self) -> &str {
        &self.plugin
    }

    /// The user that it calls for.
    pub fn on_behalf_of(&self) -> Option<&LimitedClaims> {
        self.on_behalf_of.as_ref()
    }
}

fn is_plugin(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_PLUGIN).contains(&id.len()) && id.bytes().all(is_letter)
}
