//! The rest of `stagedoor:`: metrics, logs, audit, sessions, shutdown.

use std::net::SocketAddr;
use std::time::Duration;

use model::Secret;

use super::Rate;

/// `stagedoor.metrics`: Prometheus metrics on their own listener.
#[derive(Clone, Debug)]
pub struct MetricsSettings {
    /// Where it listens; not loopback only with a token.
    pub listen: SocketAddr,
    /// Bearer token that a scraper must show.
    pub token: Option<Secret<String>>,
}

/// `stagedoor.log`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Least severe level written.
    pub level: LogLevel,
    /// How lines look.
    pub format: LogFormat,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Only what is broken.
    Error,
    /// What somebody should look at.
    Warn,
    /// The usual.
    #[default]
    Info,
    /// For finding faults.
    Debug,
    /// Everything.
    Trace,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line; the default in production.
    Json,
    /// For people; the default in development.
    Text,
}

/// `stagedoor.audit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditSettings {
    /// Whether records are also JSON lines on stdout.
    pub stdout: bool,
    /// Records of refused strangers written one by one; more are counted together.
    pub refusals: Rate,
}

/// `stagedoor.session`: the cookie of the web pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionSettings {
    /// Longest life.
    pub lifetime: Duration,
    /// Longest time without a request.
    pub idle_timeout: Duration,
}
