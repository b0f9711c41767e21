use super::admitted::from_anywhere;
use crate::fix::{Edit, Fix};
use crate::repo::{Reach, Role};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for admitted in from_anywhere(*cx)? {
        if !admitted.kind.eq_ignore_ascii_case("template") {
            continue;
        }
        let setting = &admitted.setting;
        findings
            .at(&setting.item.place, "templates are taken from any location")
            // A file that is made for one way of running the portal counts like production's.
            .severity(match setting.reach {
                Reach::NotLoaded(Role::Development) => Severity::Low,
                Reach::Production(_) => Severity::Medium,
                _ => setting.severity(Severity::High),
            })
            .why("the steps of a template run in the backend, with its credentials and with those of whoever starts it: their author is trusted code")
            .fix(Fix::suggested(
                "take it out, and add `rules: [{ allow: [Template] }]` to the locations of reviewed templates",
                vec![Edit::remove(setting.item)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
