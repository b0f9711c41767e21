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
mod value;

pub use config::Config;
pub use environment::{Environment, Mode};
pub use explain::{Explanation, Provenance};
pub use load::Request;
pub use place::{ConfigErrors, Place, Problem, Severity};
pub use print::as_yaml;
pub use read::{Scalar, ValueRef};
pub use settings::{
    Allow, AuditSettings, CatalogSettings, ConfiguredLocation, Cors, CspDirective, Database, EdgeSettings,
    Https, Integration, IntegrationKind, Limits, Listen, LogFormat, LogLevel, LogSettings, MetricsSettings,
    OnIngest, OriginPattern, OrphanStrategy, Pem, PgTls, PluginDivision, PostgresOptions, Rate, RateLimits,
    ReadAllow, Restriction, Rule, RuleFile, RuleLocation, RuleTarget, SecretAllowance, SecretsSettings,
    ServiceToken, SessionSettings, Settings, SourceRule, reference_markdown,
};
