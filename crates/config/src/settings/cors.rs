//! `backend.cors`: which other origins may call the API from a browser.

use std::time::Duration;

use super::findings::{Findings, shown};
use crate::{Config, Mode, Problem, ValueRef};

/// The CORS answer. Absent means that no other origin may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cors {
    /// Allowed origins.
    pub origins: Vec<OriginPattern>,
    /// `Access-Control-Allow-Methods`.
    pub methods: Vec<String>,
    /// `Access-Control-Allow-Headers`; `None` mirrors what the preflight asks for.
    pub allowed_headers: Option<Vec<String>>,
    /// `Access-Control-Expose-Headers`.
    pub exposed_headers: Vec<String>,
    /// `Access-Control-Allow-Credentials`.
    pub credentials: bool,
    /// `Access-Control-Max-Age`.
    pub max_age: Option<Duration>,
}

/// One origin, `https://host[:port]`; the host may begin with `*.` (any subdomain, at least one
/// label), the port may be `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) subdomains: bool,
    pub(super) port: PortPattern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PortPattern {
    Exactly(Option<u16>),
    Any,
}

impl OriginPattern {
    /// Parses a pattern; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, rest) =
            text.split_once("://").ok_or("an origin is `https://host` or `https://host:port`")?;
        if scheme != "http" && scheme != "https" {
            return Err("an origin begins with http:// or https://");
        }
        let (host, port) = split_port(rest);
        let port = match port {
            None => PortPattern::Exactly(None),
            Some("*") => PortPattern::Any,
            Some(port) => {
                let port = port.parse().map_err(|_| "the port is not a number")?;
                PortPattern::Exactly(Some(port).filter(|port| Some(*port) != default_port(scheme)))
            }
        };
        let (subdomains, name) = host.strip_prefix("*.").map_or((false, host), |name| (true, name));
        let letters = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let literal_v6 = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let is_name = name.chars().all(letters) && !name.is_empty() && !name.starts_with('.');
        if !is_name && literal_v6.is_none_or(|v6| v6.parse::<std::net::Ipv6Addr>().is_err()) {
            return Err(
                "a wildcard is a whole `*.` before a domain, or the port; other globs match too much",
            );
        }
        if subdomains && !name.contains('.') {
            return Err("the wildcard covers a whole top-level domain");
        }
        Ok(Self { scheme: scheme.to_owned(), host: name.to_owned(), subdomains, port })
    }

    /// Whether a browser's `Origin` header names one of these origins.
    pub fn matches(&self, origin: &str) -> bool {
        let Some((scheme, rest)) = origin.split_once("://") else { return false };
        let (host, port) = split_port(rest);
        let port = match port.map(str::parse::<u16>) {
            None => None,
            Some(Ok(port)) => Some(port).filter(|port| Some(*port) != default_port(&self.scheme)),
            Some(Err(_)) => return false,
        };
        scheme.eq_ignore_ascii_case(&self.scheme)
            && self.matches_host(&host.to_ascii_lowercase())
            && match self.port {
                PortPattern::Any => true,
                PortPattern::Exactly(wanted) => port == wanted,
            }
    }

    fn matches_host(&self, host: &str) -> bool {
        if !self.subdomains {
            return host == self.host;
        }
        host.strip_suffix(&self.host)
            .and_then(|labels| labels.strip_suffix('.'))
            .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty()))
    }
}

/// Host and port of an authority; an IPv6 address keeps its brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// Reads `backend.cors`.
pub(super) fn cors(config: &Config, mode: Mode, findings: &mut Findings) -> Option<Cors> {
    let value = config.at("backend.cors");
    if !value.exists() || value.literal_bool() == Some(false) {
        return None;
    }
    let origins = origins(&value.at("origin"), mode, findings);
    let mut list = |key: &str| {
        let value = value.at(key);
        findings.take(words(&value))
    };
    let methods = list("methods");
    let (allowed_headers, exposed_headers) = (list("allowedHeaders"), list("exposedHeaders"));
    let credentials = findings.take(value.at("credentials").boolean()).unwrap_or_default();
    let max_age = findings.take(value.at("maxAge").integer(0, 86_400)).map(Duration::from_secs);
    let usual = || ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"].map(str::to_owned).to_vec();
    (!origins.is_empty()).then(|| Cors {
        origins,
        methods: methods.unwrap_or_else(usual),
        allowed_headers,
        exposed_headers: exposed_headers.unwrap_or_default(),
        credentials,
        max_age,
    })
}

fn origins(value: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Vec<OriginPattern> {
    if value.literal_bool() == Some(false) {
        return Vec::new();
    }
    let fix = "name each origin, for example `https://portal.example.com`";
    if value.literal_bool() == Some(true) {
        findings.push(value.problem("every origin would be allowed").fix(fix));
        return Vec::new();
    }
    let mut found = Vec::new();
    for text in findings.take(value.string_or_strings()).unwrap_or_default() {
        match OriginPattern::parse(text) {
            Ok(pattern) => {
                let local = super::listen::is_loopback(&pattern.host);
                if mode == Mode::Production && local {
                    findings.push(
                        value
                            .warning(format!("`{text}` may call the API in production", text = shown(text)))
                            .fix("set `backend.cors` in the production file"),
                    );
                }
                found.push(pattern);
            }
            Err(why) => findings.push(
                value.problem(format!("origin `{text}` is refused: {why}", text = shown(text))).fix(fix),
            ),
        }
    }
    found
}

/// A list of HTTP tokens, or one string of them with commas.
fn words(value: &ValueRef<'_>) -> Result<Option<Vec<String>>, Problem> {
    let Some(texts) = value.string_or_strings()? else { return Ok(None) };
    let words: Vec<String> = texts
        .iter()
        .flat_map(|text| text.split(','))
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    let token =
        |word: &String| word.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c));
    match words.iter().find(|word| !token(word)) {
        Some(word) => Err(value
            .problem(format!("`{word}` is no method or header name", word = shown(word)))
            .fix("write one name per entry")),
        None => Ok(Some(words)),
    }
}

#[cfg(test)]
mod tests;
