use super::patterns;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Agents, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.experimentalDynamicClientRegistration.enabled")? {
        if !setting.item.is_true() || setting.is_for_development() {
            continue;
        }
        let (severity, which) = match patterns::beside(&setting, "allowedRedirectUriPatterns") {
            None => (Severity::High, "with the default redirect patterns".to_owned()),
            Some(list) => match patterns::wide(list) {
                Some(wide) => (Severity::High, format!("with redirects to `{wide}`")),
                None => (Severity::Medium, "with redirects to hosts that are listed".to_owned()),
            },
        };
        findings
            .at(setting.item.key_place(), format!("anyone may register an OAuth client, {which}"))
            .severity(setting.severity(severity))
            .why("one click of a user on a consent page gives the client a token that is the user; before 1.51 the default pattern was `*`, before 1.53 patterns matched across the host")
            .fix(Fix::suggested(
                "switch it off; clients that need one use client metadata documents with listed hosts",
                vec![Edit::set(setting.item, false)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
