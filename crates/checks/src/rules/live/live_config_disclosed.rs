use serde_json::Value as Json;

use super::{configuration, told};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Levels that are looked into, and addresses that are told of.
const DEEPEST: usize = 24;
const MOST: usize = 8;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let (request, answer, page) = configuration(live)?;
    let mut inner = Vec::new();
    for layer in page.layers() {
        hosts(layer, "", 0, live.host(), &mut inner);
    }
    if !inner.is_empty() {
        findings
            .at(&request.place(), format!("the first page tells strangers of {}", inner.join(", ")))
            .why("the page is served before sign-in, and holds every key that a schema marks as frontend")
            .fix(Fix::manual("build a public entry point (protected mode), and keep internal addresses out of frontend keys"))
            .evidence(told(live, request, answer));
    }
    for name in cx.secrets_in("index.html", &answer.text()) {
        findings
            .at(&request.place(), format!("the first page tells strangers a secret: {name}"))
            .severity(Severity::Critical)
            .why("the page is served before sign-in, and whoever opens it can use what is in it")
            .fix(Fix::manual("revoke it; keep it in the backend, and reach its service through a plugin or an endpoint of the proxy"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}

/// Keys whose values are addresses inside, and the hosts.
fn hosts(value: &Json, path: &str, depth: usize, own: &str, found: &mut Vec<String>) {
    if depth > DEEPEST || found.len() >= MOST {
        return;
    }
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                hosts(value, &path, depth + 1, own, found);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| hosts(item, path, depth + 1, own, found)),
        Json::String(text) => {
            let Some(host) = host(text).filter(|host| *host != own && is_inside(host)) else { return };
            if matches!(path, "app.baseUrl" | "backend.baseUrl") {
                return;
            }
            let told: String = format!("`{path}` ({host})").chars().take(160).collect();
            if !found.contains(&told) {
                found.push(told);
            }
        }
        _ => {}
    }
}

/// The host of an address, with the brackets of an IPv6 one.
fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    match authority.strip_prefix('[') {
        Some(v6) => authority.get(..v6.find(']')? + 2),
        None => authority.split(':').next(),
    }
}

/// Whether a host is one that only a network of one's own knows. This machine is nobody's secret.
fn is_inside(host: &str) -> bool {
    if let Ok(address) = host.parse::<std::net::Ipv4Addr>() {
        return address.is_private() || address.is_link_local();
    }
    if host.starts_with('[') {
        let inner = host.trim_matches(['[', ']']).to_ascii_lowercase();
        return inner.starts_with("fc") || inner.starts_with("fd");
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let ends = [".internal", ".local", ".svc", ".lan", ".corp", ".intranet", ".intra", ".home.arpa"];
    let is_name =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    is_name && host != "localhost" && (!host.contains('.') || ends.iter().any(|end| host.ends_with(end)))
}
