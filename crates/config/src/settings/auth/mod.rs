//! `auth` and `backend.auth`: who signs in, by which provider, and which tokens are given out and taken.

mod access;
mod callback;
mod client;
mod github;
mod guest;
mod key_store;
mod oidc;
mod peers;
mod presets;
mod provider;
mod providers;
mod proxies;
mod resolvers;
mod sealing;
mod template;
mod words;

use std::path::PathBuf;
use std::time::Duration;

use model::Secret;
use url::Url;

use super::OriginPattern;
use super::findings::{Findings, shown};
use super::table::Table;
use super::tokens::Restriction;
use crate::{Config, Mode, Place};

pub(super) use access::{issuer, keys, legacy};
pub(super) use callback::callbacks_are_ours;

pub use peers::PeerSettings;
pub use provider::{
    AlbSettings, CloudflareSettings, GitHubSettings, GuestSettings, IapSettings, OAuth2ProxySettings,
    OAuthClient, OidcPreset, OidcSettings, Prompt, ProviderKind, ProviderSettings, ProxyTrust,
    ResolverSettings, TokenEndpointAuth,
};

/// Signing in, and the tokens of people and programs.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// `auth.environment`: which environment of a provider our own pages use; the frontend says its own by `?env=`.
    pub environment: String,
    /// `auth.backstageTokenExpiration`: lifetime of a user token, ten minutes to a day; ten minutes unless written.
    pub token_lifetime: Duration,
    /// `auth.experimentalExtraAllowedOrigins`, beside the origin of `app.baseUrl`.
    pub extra_origins: Vec<OriginPattern>,
    /// `enableExperimentalRedirectFlow`: whether the frontend may sign in without a popup.
    pub redirect_flow: bool,
    /// `auth.providers`, one entry a provider and environment.
    pub providers: Vec<ProviderSettings>,
    /// `auth.keyStore`: keys of user tokens.
    pub key_store: KeyStore,
    /// `backend.auth.pluginKeyStore`: keys of plugins' tokens.
    pub plugin_key_store: KeyStore,
    /// `stagedoor.sealingKey`: what seals keys, states and refresh tokens. `None` in development, where one is made at
    /// start, and where nothing is to be sealed: no provider, and both key stores static.
    pub sealing_key: Option<Secret<String>>,
    /// `stagedoor.previousSealingKeys`: these only open.
    pub previous_sealing_keys: Vec<Secret<String>>,
    /// `stagedoor.signIn.help`: whom a person asks who is refused.
    pub help: Option<String>,
    /// `backend.auth.externalAccess` of type legacy, and `backend.auth.keys`.
    pub legacy: Vec<LegacyAccess>,
    /// `backend.auth.externalAccess` of type jwks.
    pub issuers: Vec<IssuerAccess>,
    /// `discovery.endpoints`: backends beside us.
    pub peers: Vec<PeerSettings>,
}

/// Shortest and longest life of a user token: what the reference clamps it to.
const LIFETIME: (Duration, Duration) = (Duration::from_mins(10), Duration::from_hours(24));
/// Most additional origins.
const ORIGINS: usize = 100;
/// Most bytes of `stagedoor.signIn.help`.
const HELP_BYTES: usize = 1_000;

/// Reads all of it but `backend.auth.externalAccess` and `backend.auth.keys`, which were read with the static tokens.
pub(super) fn auth(
    config: &Config,
    table: &Table,
    mode: Mode,
    (legacy, issuers): (Vec<LegacyAccess>, Vec<IssuerAccess>),
    findings: &mut Findings,
) -> AuthSettings {
    let environment = words::word(&config.at("auth.environment"), 64, findings);
    let environment = environment.unwrap_or_else(|| "development".to_owned());
    let providers = providers::providers(config, table, mode, findings);
    nobody_comes_in(config, &environment, &providers, findings);
    let key_store = key_store::user_keys(config, findings);
    let plugin_key_store = key_store::plugin_keys(config, findings);
    let is_kept = |store: &KeyStore| matches!(store, KeyStore::Database);
    tokens_differ(config, findings);
    let seals = !providers.is_empty() || is_kept(&key_store) || is_kept(&plugin_key_store);
    AuthSettings {
        token_lifetime: token_lifetime(config, findings),
        extra_origins: extra_origins(config, mode, findings),
        redirect_flow: findings
            .take(config.at("enableExperimentalRedirectFlow").boolean())
            .unwrap_or_default(),
        sealing_key: sealing::sealing_key(config, seals && mode == Mode::Production, findings),
        previous_sealing_keys: sealing::previous(table, findings),
        help: help(table, findings),
        peers: peers::peers(config, findings),
        environment,
        providers,
        key_store,
        plugin_key_store,
        legacy,
        issuers,
    }
}

/// Warns where providers are configured and none of them leads to a user.
fn nobody_comes_in(
    config: &Config,
    environment: &str,
    providers: &[ProviderSettings],
    findings: &mut Findings,
) {
    let resolves = |provider: &ProviderSettings| {
        let is_here = provider.environment.as_deref().is_none_or(|name| name == environment);
        is_here && (provider.resolvers.is_some() || matches!(provider.kind, ProviderKind::Guest(_)))
    };
    if !providers.is_empty() && !providers.iter().any(resolves) {
        let value = config.at("auth.providers");
        findings.push(
            value
                .warning(format!(
                    "nobody can sign in: no provider has sign-in resolvers in the environment `{}`",
                    shown(environment)
                ))
                .fix("write `signIn: { resolvers: [{ resolver: emailMatchingUserEntityProfileEmail }] }` there"),
        );
    }
}

fn token_lifetime(config: &Config, findings: &mut Findings) -> Duration {
    let value = config.at("auth.backstageTokenExpiration");
    let (least, most) = LIFETIME;
    let Some(written) = findings.take(value.duration()) else { return least };
    let lifetime = written.clamp(least, most);
    if lifetime != written {
        findings.push(
            value
                .warning("user tokens live from ten minutes to a day, whatever else is written")
                .fix("remove the key, which leaves ten minutes"),
        );
    }
    lifetime
}

/// Warns of what Backstage's tokens can be, and ours are not.
fn tokens_differ(config: &Config, findings: &mut Findings) {
    let algorithm = config.at("auth.identityTokenAlgorithm");
    if findings.take(algorithm.string()).is_some_and(|name| name != "ES256") {
        findings.push(algorithm.warning("user tokens are signed with ES256").fix("remove the key"));
    }
    let omitted = config.at("auth.omitIdentityTokenOwnershipClaim");
    if findings.take(omitted.boolean()) == Some(false) {
        findings.push(
            omitted
                .warning(
                    "user tokens do not say what a person owns: it is asked of the catalog at each decision",
                )
                .fix("remove the key"),
        );
    }
}

fn extra_origins(config: &Config, mode: Mode, findings: &mut Findings) -> Vec<OriginPattern> {
    let value = config.at("auth.experimentalExtraAllowedOrigins");
    let texts = findings.take(value.strings()).unwrap_or_default();
    if texts.len() > ORIGINS {
        findings.push(
            value
                .problem(format!("{} origins; at most {ORIGINS} are allowed", texts.len()))
                .fix("keep those of this portal's own frontends"),
        );
        return Vec::new();
    }
    let mut found = Vec::new();
    for text in texts {
        let wrong = match OriginPattern::parse(text) {
            Ok(pattern) if mode == Mode::Production && pattern.scheme != "https" => {
                "what it is handed could be read and changed by anybody on the way"
            }
            Ok(pattern) => {
                found.push(pattern);
                continue;
            }
            Err(why) => why,
        };
        findings.push(
            value
                .problem(format!("origin `{}` is refused: {wrong}", shown(text)))
                .fix("name each origin, for example `https://portal.example.com`"),
        );
    }
    found
}

fn help(table: &Table, findings: &mut Findings) -> Option<String> {
    let value = table.at("signIn.help");
    let text = findings.take(value.string())?;
    if text.len() > HELP_BYTES || text.contains(char::is_control) {
        findings.push(
            value
                .problem(format!("`{}` is one line of at most {HELP_BYTES} bytes", value.key()))
                .fix("write for example `ask platform@example.com for access`"),
        );
    }
    Some(text.to_owned())
}

/// Where the keys that sign come from.
#[derive(Clone, Debug, Default)]
pub enum KeyStore {
    /// Made here, kept sealed in the database, and changed on schedule.
    #[default]
    Database,
    /// Read from files: the first signs, all verify.
    Static(Vec<StaticKey>),
}

/// A key of `static.keys`.
#[derive(Clone, Debug)]
pub struct StaticKey {
    /// `keyId`
    pub id: String,
    /// `publicKeyFile`: SPKI in PEM.
    pub public: PathBuf,
    /// `privateKeyFile`: PKCS #8 in PEM; the first key has one.
    pub private: Option<PathBuf>,
    /// Where it was written.
    pub place: Place,
}

/// Tokens signed with a shared secret.
#[derive(Clone, Debug)]
pub struct LegacyAccess {
    /// The secret, in base64.
    pub secret: Secret<String>,
    /// Who its bearers are.
    pub subject: String,
    /// Upper bounds, one a plugin.
    pub restrictions: Option<Vec<Restriction>>,
    /// Where it was written.
    pub place: Place,
}

/// Tokens of an issuer that publishes its keys.
#[derive(Clone, Debug)]
pub struct IssuerAccess {
    /// `url`: where the keys are.
    pub keys: Url,
    /// `issuer`, one or many.
    pub issuers: Vec<String>,
    /// `audience`, one or many.
    pub audiences: Vec<String>,
    /// `algorithm`, none or many.
    pub algorithms: Vec<String>,
    /// `subjectPrefix`
    pub subject_prefix: Option<String>,
    /// Upper bounds, one a plugin.
    pub restrictions: Option<Vec<Restriction>>,
    /// Where it was written.
    pub place: Place,
}

#[cfg(test)]
mod tests;
