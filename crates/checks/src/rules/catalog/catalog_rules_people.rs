use super::admitted::from_anywhere;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for admitted in from_anywhere(*cx)? {
        if !["user", "group"].contains(&admitted.kind.to_ascii_lowercase().as_str()) {
            continue;
        }
        let setting = &admitted.setting;
        findings
            .at(&setting.item.place, format!("`{}` entities are taken from any location", admitted.kind))
            .severity(if setting.is_for_development() { Severity::Low } else { setting.severity(Severity::High) })
            .why("whoever may register a location, or push to a discovered repository, makes users and memberships, and so decides who signs in as whom and owns what")
            .fix(Fix::suggested(
                "take it out, and add a rule to the locations or the provider that people come from",
                vec![Edit::remove(setting.item)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
