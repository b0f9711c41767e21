use serde_json::Value as Json;

use super::told;
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in live.answered(Purpose::Index) {
        let text = answer.text();
        let Some(config) = injected(&text) else { continue };
        let mut inner = Vec::new();
        hosts(&config, "", 0, &mut inner);
        if inner.is_empty() {
            continue;
        }
        findings
            .at(&request.place(), format!("the first page tells strangers of {}", inner.join(", ")))
            .why("the page is served before sign-in, and holds every key that a schema marks as frontend")
            .fix(Fix::manual("build a public entry point (protected mode), and keep internal addresses out of frontend keys"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}

/// The configuration in a page: an array of objects with `data`.
fn injected(page: &str) -> Option<Json> {
    let start = page.find("<script type=\"backstage.io/config\">")?;
    let rest = page.get(start..)?;
    let body = rest.get(rest.find('>')? + 1..)?;
    serde_json::from_str(body.get(..body.find("</script>")?)?.trim()).ok()
}

/// Keys whose values are addresses of clusters and services inside.
fn hosts(value: &Json, path: &str, depth: usize, found: &mut Vec<String>) {
    if depth > 24 || found.len() >= 8 {
        return;
    }
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                hosts(value, &path, depth + 1, found);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| hosts(item, path, depth + 1, found)),
        Json::String(text) => {
            let is_inner = path.contains("kubernetes.clusterLocatorMethods.clusters.url")
                || path.contains("discovery.endpoints")
                || (text.starts_with("http")
                    && [".internal", ".local", ".svc", "//10.", "//192.168.", "//172."]
                        .iter()
                        .any(|part| text.contains(part)));
            let key = path.trim_start_matches("data.").to_owned();
            if is_inner
                && !key.starts_with("app.baseUrl")
                && !key.starts_with("backend.baseUrl")
                && !found.contains(&format!("`{key}`"))
            {
                found.push(format!("`{key}`"));
            }
        }
        _ => {}
    }
}
