//! Everything `serve` needs, parsed; unsafe values are refused with their place and a way to mend.

mod auth;
mod catalog;
mod cors;
mod csp;
mod database;
mod edge;
mod findings;
mod identity;
mod keys;
mod listen;
mod ours;
mod outbound;
mod reference;
mod reload;
mod secrets;
mod table;
mod tokens;
mod unknown;
mod urls;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub use auth::{
    AlbSettings, AuthSettings, CloudflareSettings, GitHubSettings, GuestSettings, IapSettings, IssuerAccess,
    KeyStore, LegacyAccess, OAuth2ProxySettings, OAuthClient, OidcPreset, OidcSettings, PeerSettings, Prompt,
    ProviderKind, ProviderSettings, ProxyTrust, ResolverSettings, StaticKey, TokenEndpointAuth,
};
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
pub use secrets::{OnIngest, RuleFile, SecretAge, SecretAllowance, SecretsSettings};
pub use tokens::{Restriction, ServiceToken};

use findings::Findings;
pub use reference::reference_markdown;
use table::Table;

use crate::mask::strike;
use crate::{Config, ConfigErrors, Mode, Problem};

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
    /// `auth`, `backend.auth` and what is ours about signing in.
    pub auth: AuthSettings,
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
    /// `stagedoor.secrets`
    pub secrets: SecretsSettings,
    /// `stagedoor.shutdown.grace`: how long running requests may take to end.
    pub shutdown_grace: Duration,
}

impl Settings {
    /// Takes the settings from a configuration. All problems are collected; without an error the
    /// warnings are returned, those of loading first.
    pub fn from_config(config: &Config, mode: Mode) -> Result<(Self, Vec<Problem>), ConfigErrors> {
        let mut findings = Findings { problems: config.warnings().to_vec() };
        let found = Self::read(config, mode, &mut findings);
        // One wrong object is met once for each key that should be in it.
        let mut problems: Vec<Problem> = Vec::new();
        for problem in std::mem::take(&mut findings.problems) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        strike(&mut problems, &config.root);
        findings.problems = problems;
        match found {
            Some(settings) if !findings.any_error() => Ok((settings, findings.problems)),
            _ => Err(ConfigErrors(findings.problems)),
        }
    }

    /// `None` only after an error was noted.
    fn read(config: &Config, mode: Mode, findings: &mut Findings) -> Option<Self> {
        unknown::unknown_keys(config, findings);
        let table = Table::new(config);
        identity::refuse_open_doors(config, mode, findings);
        let listen = listen::listen(config, mode, findings);
        let base_url = urls::base_url(config, listen.as_ref(), mode, findings);
        let app_base_url = urls::app_base_url(config, findings);
        let https = listen::https(config, findings);
        let cors = cors::cors(config, mode, findings);
        let csp = csp::csp(config, findings);
        let referrer_policy = csp::referrer_policy(config, findings);
        let database = database::database(config, mode, findings);
        let access = tokens::external_access(config, mode, findings);
        let auth = auth::auth(config, &table, mode, (access.legacy, access.issuers), findings);
        if let Some(base) = &base_url {
            auth::callbacks_are_ours(config, &auth, base, mode, findings);
        }
        let reading = outbound::reading(config, findings);
        let integrations = outbound::integrations(config, mode, findings);
        let catalog = catalog::catalog(config, findings);
        let edge = edge::edge(config, &table, mode, findings);
        let policy_path = ours::policy_path(config, &table, findings);
        let metrics = ours::metrics(&table, mode, findings);
        let log = ours::log(config, &table, mode, findings);
        let audit = ours::audit(&table, findings);
        let session = ours::session(&table, findings);
        let secrets = secrets::secrets(config, &table, findings);
        let shutdown_grace = table.duration("shutdown.grace", findings);
        let title = findings.take(config.at("app.title").string()).unwrap_or("Stagedoor").to_owned();
        let organization = findings.take(config.at("organization.name").string()).map(str::to_owned);
        Some(Self {
            mode,
            title,
            organization,
            app_base_url,
            base_url: base_url?,
            listen: listen?,
            https,
            cors,
            csp,
            referrer_policy,
            database: database?,
            service_tokens: access.tokens,
            auth,
            reading,
            integrations,
            catalog,
            edge,
            policy_path,
            metrics,
            log,
            audit,
            session,
            secrets,
            shutdown_grace,
        })
    }
}

#[cfg(test)]
mod tests;
