//! Tokens that one plugin's backend shows another.

use model::{Secret, Timestamp};
use serde::Deserialize;
use serde_json::json;
use time::Duration;

use super::{LimitedClaims, PLUGIN, SKEW, UserTokens, in_time};
use crate::jws::{Algorithm, Compact, KeySet, NumericDate, Rejected, SigningKey, SigningKeyError};
use crate::{Principal, Restrictions, Service};

/// Longest lifetime; that of the reference.
const LIFETIME: Duration = Duration::hours(1);
/// The claim that names the program on whose behalf a plugin calls.
const SERVICE: &str = "stagedoor:service";
/// Longest subject of a program.
const MAX_SUBJECT: usize = 512;
/// Longest id of a plugin.
const MAX_PLUGIN: usize = 128;

/// Issues and checks the tokens of plugins.
#[derive(Clone, Copy, Debug)]
pub struct PluginTokens;

/// The keys of the plugin that calls.
#[derive(Clone, Copy, Debug)]
pub struct PluginKeys<'a> {
    /// Its id.
    pub plugin: &'a str,
    /// What it publishes.
    pub keys: &'a KeySet,
    /// Whether it is one of ours. Another's word for which program it calls for counts for nothing.
    pub ours: bool,
}

/// For whom a plugin calls another.
#[derive(Clone, Copy, Debug)]
pub enum OnBehalfOf<'a> {
    /// For itself.
    Itself,
    /// For a user, whose limited token goes with it.
    User(&'a Secret<String>, &'a LimitedClaims),
    /// For a program outside. What bounds the program bounds the token.
    Service(&'a Service),
}

/// Who calls: a plugin, perhaps on behalf of a user or a program.
#[derive(Clone, Debug)]
pub struct PluginCaller {
    plugin: String,
    on_behalf_of: Option<LimitedClaims>,
    service: Option<Delegated>,
}

/// A program outside that a plugin calls for. The reference has no such claim, and refuses to call on behalf of a
/// program that is bounded; a Node backend ignores it, so such tokens are for our own plugins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delegated {
    sub: String,
    #[serde(default)]
    restrictions: Option<Restrictions>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: String,
    iat: NumericDate,
    exp: NumericDate,
    #[serde(default)]
    obo: Option<String>,
    #[serde(default, rename = "stagedoor:service")]
    service: Option<Delegated>,
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
        on_behalf_of: OnBehalfOf<'_>,
        now: Timestamp,
    ) -> Result<Secret<String>, SigningKeyError> {
        let iat = now.unix_timestamp();
        let mut exp = iat + LIFETIME.whole_seconds();
        let mut claims = json!({"sub": source, "aud": target, "iat": iat});
        match on_behalf_of {
            OnBehalfOf::Itself => {}
            OnBehalfOf::User(token, user) => {
                exp = exp.min(user.expires_at().unix_timestamp());
                claims["obo"] = token.expose().as_str().into();
            }
            OnBehalfOf::Service(service) => {
                claims[SERVICE] = json!({"sub": service.subject(), "restrictions": service.restrictions()});
            }
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

    /// The name of the key with which the user's token claims to be signed on whose behalf the plugin calls, to ask the
    /// issuer of user tokens for; `None` if there is no such token.
    pub fn claimed_user_key(self, token: &str) -> Option<String> {
        let user = Compact::parse(token).ok()?.claimed_on_behalf_of().ok()??;
        Compact::parse(&user).ok()?.claimed_key().ok()?
    }

    /// Checks a token of `source`, whose keys are `keys`, for `target`. `users` are the keys of user tokens.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(
        self,
        token: &str,
        source: PluginKeys<'_>,
        target: &str,
        (user_tokens, users): (&UserTokens, &KeySet),
        now: Timestamp,
    ) -> Result<PluginCaller, Rejected> {
        let compact = Compact::parse(token)?;
        compact.claimed_key()?.ok_or(Rejected::UnknownKey)?;
        let claims: Claims = compact.verify(Some(PLUGIN), source.keys, &[Algorithm::Es256])?.claims()?;
        // A plugin signs for itself alone.
        if claims.sub != source.plugin || !is_plugin(&claims.sub) {
            return Err(Rejected::Issuer);
        }
        if claims.aud != target {
            return Err(Rejected::Audience);
        }
        in_time(claims.iat, claims.exp, LIFETIME + SKEW, now)?;
        let on_behalf_of = claims.obo.map(|obo| user_tokens.verify_limited(&obo, users, now)).transpose()?;
        // One or the other: what a user may do and what a program may do are no sum.
        if claims.service.is_some() && (on_behalf_of.is_some() || !source.ours) {
            return Err(Rejected::Claims);
        }
        let is_plain = |service: &Delegated| {
            !service.sub.is_empty()
                && service.sub.len() <= MAX_SUBJECT
                && !service.sub.to_ascii_lowercase().starts_with("user:")
                && !service.sub.contains(|c: char| c.is_whitespace() || c.is_control())
        };
        if !claims.service.as_ref().is_none_or(is_plain) {
            return Err(Rejected::Claims);
        }
        Ok(PluginCaller { plugin: claims.sub, on_behalf_of, service: claims.service })
    }
}

impl PluginCaller {
    /// Its id.
    pub fn plugin(&self) -> &str {
        &self.plugin
    }

    /// The plugin, as records name it.
    pub fn subject(&self) -> String {
        format!("plugin:{}", self.plugin)
    }

    /// The user that it calls for.
    pub fn on_behalf_of(&self) -> Option<&LimitedClaims> {
        self.on_behalf_of.as_ref()
    }

    /// Who it is where it calls for no user: the program that it calls for, within that one's bounds, or itself. `None`
    /// where it calls for a user, who has to be looked up.
    pub fn service(&self) -> Option<Principal> {
        if self.on_behalf_of.is_some() {
            return None;
        }
        Some(match &self.service {
            Some(service) => Principal::service(service.sub.clone(), service.restrictions.clone()),
            None => Principal::service(self.subject(), None),
        })
    }
}

fn is_plugin(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_PLUGIN).contains(&id.len()) && id.bytes().all(is_letter)
}
