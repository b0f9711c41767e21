use super::is_local;
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.cache.connection")? {
        let Some(rest) = setting.item.as_str().and_then(|text| text.strip_prefix("redis://")) else {
            continue;
        };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().and_then(|host| host.split(':').next()).unwrap_or_default();
        if is_local(host) || host.is_empty() || !setting.is_effective() {
            continue;
        }
        findings
            .at(&setting.item.place, "the cache is spoken to without TLS")
            .confidence(Confidence::Medium)
            .why("docs, tokens of plugins and what else they cache pass in the clear, and can be put there by others")
            .fix(Fix::manual("use `rediss://`, and a password"))
            .evidence(setting.evidence());
    }
    Ok(())
}
