use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.csp")? {
        if setting.item.as_bool() == Some(false) && setting.item.as_map().is_none() {
            findings
                .at(setting.item.key_place(), "there is no Content-Security-Policy at all")
                .severity(setting.severity(Severity::High))
                .why("a script that gets past a sanitizer runs unhindered, with the visitor's token")
                .fix(Fix::suggested(
                    "remove the key: the default policy comes back",
                    vec![Edit::remove(setting.item)],
                ))
                .evidence(setting.evidence());
        }
    }
    for name in [
        "default-src",
        "defaultSrc",
        "script-src",
        "scriptSrc",
        "object-src",
        "objectSrc",
        "base-uri",
        "baseUri",
    ] {
        for setting in cx.settings(&format!("backend.csp.{name}"))? {
            if setting.item.as_bool() != Some(false) {
                continue;
            }
            findings
                .at(
                    setting.item.key_place(),
                    format!("the directive `{name}` of the Content-Security-Policy is switched off"),
                )
                .severity(setting.severity(Severity::High))
                .why("what the directive bounds may then come from anywhere")
                .fix(Fix::suggested(
                    "remove the key: the default comes back",
                    vec![Edit::remove(setting.item)],
                ))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
