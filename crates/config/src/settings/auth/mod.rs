//! `auth` and `backend.auth`: who signs in, by which provider, and which tokens are given out and taken.

mod provider;

use std::path::PathBuf;
use std::time::Duration;

use model::Secret;
use url::Url;

use super::OriginPattern;
use super::tokens::Restriction;
use crate::Place;

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
    /// `stagedoor.sealingKey`: what seals keys, states and refresh tokens. `None` in development alone, where one is made
    /// at start.
    pub sealing_key: Option<Secret<String>>,
    /// `stagedoor.previousSealingKeys`: these only open.
    pub previous_sealing_keys: Vec<Secret<String>>,
    /// `stagedoor.signIn.help`: whom a person asks who is refused.
    pub help: Option<String>,
    /// `backend.auth.externalAccess` of type legacy, and `backend.auth.keys`.
    pub legacy: Vec<LegacyAccess>,
    /// `backend.auth.externalAccess` of type jwks.
    pub issuers: Vec<IssuerAccess>,
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
