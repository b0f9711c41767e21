//! app-config.yaml as Backstage reads it, every value knowing its file, line and column; and the
//! settings a server takes from it, unsafe values refused.

mod environment;
mod load;
mod place;
mod settings;

pub use environment::{Environment, Mode};
pub use place::{ConfigErrors, Place, Problem, Severity};
pub use settings::{
    Allow, AuditSettings, CatalogSettings, ConfiguredLocation, Cors, CspDirective, Database, EdgeSettings,
    Https, Integration, IntegrationKind, Limits, Listen, LogFormat, LogLevel, LogSettings, MetricsSettings,
    OriginPattern, OrphanStrategy, Pem, PgTls, PluginDivision, PostgresOptions, Rate, RateLimits, ReadAllow,
    Restriction, Rule, RuleLocation, RuleTarget, ServiceToken, SessionSettings, Settings, SourceRule,
};
