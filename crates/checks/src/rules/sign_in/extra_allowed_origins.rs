use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.experimentalExtraAllowedOrigins.*")? {
        if setting.is_for_development() {
            continue;
        }
        let Some(origin) = setting.item.literal() else { continue };
        let Some(severity) = judged(origin) else { continue };
        let what = if origin.contains(PATTERN) { "every origin like" } else { "a plain http origin," };
        findings
            .at(&setting.item.place, format!("sign-in answers {what} `{origin}`"))
            .severity(setting.severity(severity))
            .why("a page of such an origin opens the sign-in window and is handed the user's token and profile")
            .fix(Fix::suggested("name the one origin that needs it, or nothing", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}

const PATTERN: [char; 5] = ['*', '?', '[', '{', '('];

fn judged(origin: &str) -> Option<Severity> {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    if host.trim_start_matches(['*', '.']).is_empty() || !host.contains('.') && host.contains('*') {
        return Some(Severity::High);
    }
    if origin.contains(PATTERN) {
        return Some(Severity::Medium);
    }
    let local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host.starts_with(name));
    (origin.starts_with("http://") && !local).then_some(Severity::Medium)
}
