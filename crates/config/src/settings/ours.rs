//! The rest of `stagedoor:`: metrics, logs, audit, sessions, shutdown.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use model::Secret;

use super::Rate;
use super::edge::rate;
use super::findings::{Findings, shown};
use super::table::Table;
use crate::{Config, Mode, Place, Problem};

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

/// Reads `stagedoor.metrics`.
pub(super) fn metrics(table: &Table, mode: Mode, findings: &mut Findings) -> Option<MetricsSettings> {
    let (written, secret) = (table.at("metrics.listen"), table.at("metrics.token"));
    let token = findings.take(secret.string());
    if token
        .is_some_and(|token| token.len() < 16 || token.contains(|c: char| c.is_whitespace() || !c.is_ascii()))
    {
        findings.push(
            secret
                .problem("the metrics token has at least 16 ASCII characters and no white space")
                .fix("make one with `openssl rand -base64 32`"),
        );
    }
    let text = findings.take(written.string())?;
    let Some(listen) = address(text) else {
        findings.push(
            written
                .problem(format!("`{text}` is no address", text = shown(text)))
                .fix("write `127.0.0.1:9464`"),
        );
        return None;
    };
    if !listen.ip().is_loopback() && (token.is_none() || mode == Mode::Development) {
        let why = if mode == Mode::Development {
            "development listens on loopback only"
        } else {
            "anybody could read the metrics"
        };
        findings.push(
            written
                .problem(format!("metrics on `{text}` are refused: {why}", text = shown(text)))
                .fix("write `127.0.0.1:9464`, or in production set `stagedoor.metrics.token`"),
        );
    }
    Some(MetricsSettings { listen, token: token.map(|token| Secret::new(token.to_owned())) })
}

fn address(text: &str) -> Option<SocketAddr> {
    if let Some(port) = text.strip_prefix("localhost:") {
        return Some(SocketAddr::from(([127, 0, 0, 1], port.parse().ok()?)));
    }
    match text.strip_prefix(':') {
        Some(port) => Some(SocketAddr::from(([0, 0, 0, 0], port.parse().ok()?))),
        None => text.parse().ok(),
    }
}

/// Reads `LOG_LEVEL`, `stagedoor.log` and `backend.logger.level`.
pub(super) fn log(config: &Config, table: &Table, mode: Mode, findings: &mut Findings) -> LogSettings {
    let format = match table.word("log.format", findings) {
        Some("json") => LogFormat::Json,
        None if mode == Mode::Production => LogFormat::Json,
        _ => LogFormat::Text,
    };
    let from_variable = config.log_level.as_deref().filter(|text| !text.is_empty()).and_then(|text| {
        let level = LogLevel::parse(text);
        if level.is_none() {
            findings.push(
                Problem::warning("", format!("LOG_LEVEL `{text}` is not known", text = shown(text)))
                    .at(Some(&Place::whole("env LOG_LEVEL")))
                    .fix("set it to error, warn, info, debug or trace"),
            );
        }
        level
    });
    let ours = table.word("log.level", findings).and_then(LogLevel::parse);
    let theirs = config.at("backend.logger.level").string().ok().flatten().and_then(LogLevel::parse);
    LogSettings { level: from_variable.or(ours).or(theirs).unwrap_or_default(), format }
}

impl LogLevel {
    /// Reads our names, and winston's in between.
    fn parse(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "error" => Self::Error,
            "warn" | "warning" => Self::Warn,
            "info" => Self::Info,
            "debug" | "http" | "verbose" => Self::Debug,
            "trace" | "silly" => Self::Trace,
            _ => return None,
        })
    }
}

/// Reads `stagedoor.audit`.
pub(super) fn audit(table: &Table, findings: &mut Findings) -> AuditSettings {
    AuditSettings {
        stdout: table.boolean("audit.stdout", findings),
        refusals: rate(table, "audit.refusals", findings),
    }
}

/// Reads `stagedoor.session`.
pub(super) fn session(table: &Table, findings: &mut Findings) -> SessionSettings {
    SessionSettings {
        lifetime: table.duration("session.lifetime", findings),
        idle_timeout: table.duration("session.idleTimeout", findings),
    }
}

/// Reads `stagedoor.policy.path`.
pub(super) fn policy_path(config: &Config, table: &Table, findings: &mut Findings) -> Option<PathBuf> {
    let value = table.at("policy.path");
    // A path that was written and lost would fall back to another policy than the one meant.
    findings.not_blank(std::slice::from_ref(&value));
    let lost = config.at("stagedoor.policy").losses();
    if let Some(loss) = lost.first() {
        findings.push(
            value
                .problem(format!("`{}` has no value, so another policy would be in force", loss.key))
                .at(Some(&loss.place))
                .fix("set the variable it needs"),
        );
    }
    findings.take(value.string()).map(|path| config.base().join(path))
}

#[cfg(test)]
mod tests;
