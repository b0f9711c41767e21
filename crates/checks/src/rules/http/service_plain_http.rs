use super::{host, is_loopback};
use crate::fix::Fix;
use crate::repo::Setting;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Reports, check };

/// What has rules of its own, or is no address that the portal asks.
const ELSEWHERE: &[&str] =
    &["app", "backend", "auth", "proxy", "kubernetes", "discovery", "techdocs", "organization"];

/// Beside such a key, the credential goes along with every request.
const CREDENTIALS: &[&str] = &[
    "token",
    "password",
    "apikey",
    "apitoken",
    "secret",
    "clientsecret",
    "username",
    "credentials",
    "headers",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("**")? {
        let Some(url) = setting.item.literal().map(str::trim).filter(|url| url.starts_with("http://")) else {
            continue;
        };
        let Some(host) = host(url).filter(|host| !is_loopback(host) && !host.contains('$')) else { continue };
        let first = setting.path.split('.').next().unwrap_or_default();
        if ELSEWHERE.contains(&first) || !is_asked(&setting.path) || setting.is_for_development() {
            continue;
        }
        let lends = lends(&setting);
        findings
            .at(&setting.item.place, format!("`{}` asks `{host}` over plain HTTP", setting.path))
            .severity(setting.severity(if lends { Severity::Medium } else { Severity::Low }))
            .why(if lends {
                "the credential in each request passes in the clear, and nobody checks who answers"
            } else {
                "what passes can be read and changed on the way, and nobody checks who answers"
            })
            .fix(Fix::manual("use https, or a mesh that encrypts"))
            .evidence(setting.evidence());
    }
    Ok(())
}

/// Whether a key names a server, and not a link for people.
fn is_asked(path: &str) -> bool {
    let is_link = |part: &str| {
        let lower = part.to_ascii_lowercase();
        ["link", "support", "docs", "logo", "icon", "banner", "announce", "homepage", "schema"]
            .iter()
            .any(|word| lower.contains(word))
    };
    let mut parts = path.split('.').filter(|part| part.parse::<usize>().is_err());
    if parts.clone().any(is_link) {
        return false;
    }
    let last = parts.next_back().unwrap_or_default().to_ascii_lowercase();
    ["url", "uri", "host", "target", "endpoint", "server", "address", "api"]
        .iter()
        .any(|word| last.ends_with(word))
}

/// Whether a credential is written beside an address.
fn lends(setting: &Setting<'_>) -> bool {
    let around = setting.path.rsplit_once('.').map_or("", |(around, _)| around);
    let configs = setting.project.configs.iter().filter(|config| config.path == setting.item.place.path);
    let merged = setting.project.productions.iter().map(|production| &production.root);
    configs.map(|config| &config.root).chain(merged).filter_map(|root| root.at(around)).any(|around| {
        around.entries().any(|(key, _)| {
            let letters = key.chars().filter(char::is_ascii_alphanumeric);
            let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
            CREDENTIALS.contains(&plain.as_str())
        })
    })
}
