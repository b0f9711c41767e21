//! `backend.baseUrl` and `app.baseUrl`: what the world calls this server.

use url::Url;

use super::Listen;
use super::findings::Findings;
use crate::{Config, Mode, ValueRef};

/// Reads `backend.baseUrl`. Production answers only to this host, and over https.
pub(super) fn base_url(
    config: &Config,
    listen: Option<&Listen>,
    mode: Mode,
    findings: &mut Findings,
) -> Option<Url> {
    let value = config.at("backend.baseUrl");
    if mode == Mode::Development && !value.exists() {
        return Url::parse(&format!("http://localhost:{}", listen?.port)).ok();
    }
    let Some(text) = findings.take(value.string()) else {
        if !value.exists() {
            findings.push(value.missing().fix("write `backend: { baseUrl: https://portal.example.com }`"));
        }
        return None;
    };
    let url = parse(&value, text, findings)?;
    if mode == Mode::Production && url.scheme() != "https" {
        findings.push(
            value
                .problem("`backend.baseUrl` must be an https URL in production")
                .fix("write the https URL that browsers use (a proxy may end TLS), or start with --dev on this machine"),
        );
        return None;
    }
    Some(url)
}

/// Reads `app.baseUrl`.
pub(super) fn app_base_url(config: &Config, findings: &mut Findings) -> Option<Url> {
    let value = config.at("app.baseUrl");
    let text = findings.take(value.string())?;
    parse(&value, text, findings)
}

fn parse(value: &ValueRef<'_>, text: &str, findings: &mut Findings) -> Option<Url> {
    let wrong = match Url::parse(text) {
        Err(error) => format!("it is no URL ({error})"),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => "it is no http(s) URL".to_owned(),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "it holds credentials".to_owned()
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            "it has a query or a fragment".to_owned()
        }
        Ok(url) => return Some(url),
    };
    findings.push(
        value
            .problem(format!("`{}` is refused: {wrong}", value.key()))
            .fix("write for example `https://portal.example.com`"),
    );
    None
}
