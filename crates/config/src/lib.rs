//! app-config.yaml as Backstage reads it, every value knowing its file, line and column; and the
//! settings a server takes from it, unsafe values refused.

mod config;
mod duration;
mod environment;
mod explain;
mod load;
mod mask;
mod merge;
mod place;
mod print;
mod read;
mod secret_keys;
mod settings;
mod static_secrets;
mod value;

pub use config::Config;
pub use environment::{Environment, Mode};
pub use explain::{Explanation, Provenance};
pub use load::Request;
pub use place::{ConfigErrors, Place, Problem, Severity};
pub use print::as_yaml;
pub use read::{Scalar, ValueRef};
pub use settings::{
    AlbSettings, Allow, AuditSettings, AuthSettings, CatalogSettings, CloudflareSettings, ConfiguredLocation,
    Cors, CspDirective, Database, EdgeSettings, GitHubSettings, GuestSettings, Https, IapSettings,
    Integration, IntegrationKind, IssuerAccess, KeyStore, LegacyAccess, Limits, Listen, LogFormat, LogLevel,
    LogSettings, MetricsSettings, OAuth2ProxySettings, OAuthClient, OidcPreset, OidcSettings, OnIngest,
    OriginPattern, OrphanStrategy, PeerSettings, Pem, PgTls, PluginDivision, PostgresOptions, Prompt,
    ProviderKind, ProviderSettings, ProxyTrust, Rate, RateLimits, ReadAllow, ResolverSettings, Restriction,
    Rule, RuleFile, RuleLocation, RuleTarget, SecretAge, SecretAllowance, SecretsSettings, ServiceToken,
    SessionSettings, Settings, SourceRule, StaticKey, TokenEndpointAuth, reference_markdown,
};
pub use static_secrets::{StaticSecret, static_secrets};
