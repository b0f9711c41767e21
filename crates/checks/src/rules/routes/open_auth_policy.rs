use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Paths that strangers may ask for.
const FINE: &[&str] = &[
    "/health",
    "/healthcheck",
    "/healthz",
    "/ready",
    "/readiness",
    "/liveness",
    "/livez",
    "/readyz",
    "/ping",
    "/version",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for call in cx.code()?.calls("addAuthPolicy") {
        let Some(policy) = call.arg(0) else { continue };
        let allow = policy.get("allow");
        if allow.and_then(crate::code::At::text).as_deref() != Some("unauthenticated") {
            continue;
        }
        let path = policy.get("path").and_then(crate::code::At::text);
        let (severity, message, confidence) = match path.as_deref() {
            Some("/" | "" | "*" | "/*") => {
                (Severity::High, "the whole plugin is open to strangers".to_owned(), Confidence::High)
            }
            Some(path) if FINE.contains(&path.trim_end_matches('/')) => continue,
            Some(path) => {
                let hook = path.to_ascii_lowercase().contains("hook");
                let severity = if hook { Severity::Low } else { Severity::Medium };
                (severity, format!("`{path}` and all below it are open to strangers"), Confidence::High)
            }
            None => (
                Severity::Medium,
                "a path that is only known when it runs is open to strangers".to_owned(),
                Confidence::Medium,
            ),
        };
        let text = call.at.module.text();
        // Mocks that are only loaded in their own mode.
        let is_mock = text.contains("MOCK") || call.at.module.path.contains("mock");
        findings
            .at(&call.place(), message)
            .severity(if is_mock { Severity::Low } else { severity })
            .confidence(confidence)
            .why("the path is a prefix: every route below it is served without asking who calls")
            .fix(Fix::manual("name the one exact route that strangers need, such as `/health`; let others ask for credentials"));
    }
    Ok(())
}
