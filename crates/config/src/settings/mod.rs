//! Everything `serve` needs, parsed; unsafe values are refused with their place and a way to mend.

mod catalog;
mod cors;
mod csp;
mod database;
mod edge;
mod listen;
mod ours;
mod outbound;
mod tokens;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub use catalog::{
    Allow, CatalogSettings, ConfiguredLocation, OrphanStrategy, Rule, RuleLocation, RuleTarget,
};
pub use cors::{Cors, OriginPattern};
pub use csp::CspDirective;
pub use database::{Database, PgTls, PluginDivision, PostgresOptions};
pub use edge::{EdgeSettings, Limits, Rate, RateLimits, SourceRule};
pub use listen::{Https, Listen, Pem};
pub use ours::{AuditSettings, LogFormat, LogLevel, LogSettings, MetricsSettings, SessionSettings};
pub use outbound::{Integration, IntegrationKind, ReadAllow};
pub use tokens::{Restriction, ServiceToken};

use crate::Mode;

/// The configuration of a server, every value checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Production or development.
    pub mode: Mode,
    /// `app.title`
    pub title: String,
    /// `organization.name`
    pub organization: Option<String>,
    /// `app.baseUrl`
    pub app_base_url: Option<Url>,
    /// `backend.baseUrl`; https in production.
    pub base_url: Url,
    /// `backend.listen`; loopback in development.
    pub listen: Listen,
    /// `backend.https`
    pub https: Option<Https>,
    /// `backend.cors`
    pub cors: Option<Cors>,
    /// The whole Content-Security-Policy of API answers, in order.
    pub csp: Vec<CspDirective>,
    /// `Referrer-Policy`
    pub referrer_policy: String,
    /// `backend.database`
    pub database: Database,
    /// `backend.auth.externalAccess` of type static.
    pub service_tokens: Vec<ServiceToken>,
    /// `backend.reading.allow`
    pub reading: Vec<ReadAllow>,
    /// `integrations`, and the public hosts Backstage always knows.
    pub integrations: Vec<Integration>,
    /// `catalog`
    pub catalog: CatalogSettings,
    /// `stagedoor.edge`
    pub edge: EdgeSettings,
    /// `stagedoor.policy.path`, made absolute against the working directory.
    pub policy_path: Option<PathBuf>,
    /// `stagedoor.metrics`; `None` starts no listener.
    pub metrics: Option<MetricsSettings>,
    /// `stagedoor.log`, `LOG_LEVEL`, `backend.logger.level`.
    pub log: LogSettings,
    /// `stagedoor.audit`
    pub audit: AuditSettings,
    /// `stagedoor.session`
    pub session: SessionSettings,
    /// `stagedoor.shutdown.grace`: how long running requests may take to end.
    pub shutdown_grace: Duration,
}
