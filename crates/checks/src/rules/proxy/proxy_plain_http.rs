use super::endpoint::{fields, target};
use crate::fix::Fix;
use crate::rules::http::{host, is_loopback};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "")? {
        let Some(written) = target(field.setting.item) else { continue };
        let Some(url) = written.as_str().filter(|url| url.to_ascii_lowercase().starts_with("http://")) else {
            continue;
        };
        let Some(host) = host(url).filter(|host| !is_loopback(host)) else { continue };
        let forwards = field.whole.get("credentials").and_then(Item::literal) == Some("forward");
        let carries = field.lends().is_some() || forwards;
        let host = if host.contains('$') { String::new() } else { format!(" to `{host}`") };
        findings
            .at(&written.place, format!("`{}` goes{host} over plain http", field.endpoint))
            .severity(field.setting.severity(if carries { Severity::Medium } else { Severity::Low }))
            .why(if carries {
                "the credential in each call passes in the clear, and nobody checks who the upstream is"
            } else {
                "what passes can be read and changed on the way, and nobody checks who the upstream is"
            })
            .fix(Fix::manual("use https, or a mesh that encrypts"))
            .evidence(field.setting.evidence());
    }
    Ok(())
}
