use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity, Value};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.trustProxy")? {
        let is_all = match &setting.item.value {
            Value::Bool(flag) => *flag,
            Value::String(text) => matches!(text.trim(), "true" | "0.0.0.0/0" | "::/0"),
            Value::Seq(items) => items
                .iter()
                .any(|item| item.literal().is_some_and(|text| matches!(text, "0.0.0.0/0" | "::/0"))),
            _ => false,
        };
        if !is_all {
            continue;
        }
        findings
            .at(setting.item.key_place(), "every client is believed about its own address")
            .severity(setting.severity(Severity::Medium))
            .why("X-Forwarded-For of anybody decides the address that rate limits count by and that audit events hold")
            .fix(Fix::manual("name the proxies' addresses, or the number of proxies in front"))
            .evidence(setting.evidence());
    }
    Ok(())
}
