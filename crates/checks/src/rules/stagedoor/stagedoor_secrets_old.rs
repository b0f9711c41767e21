use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Refuses, check };

/// What the hardening guides ask for.
const DAYS: f64 = 90.0;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in super::productions(cx)? {
        let Some(item) = production.at("stagedoor.secrets.age.refuse") else { continue };
        let is_old = match super::seconds(item) {
            Some(seconds) => seconds > DAYS * 86_400.0,
            // A server has read it, and it is only not shown here: a variable that is named like a secret.
            None => production.launch.configs.is_empty(),
        };
        if !is_old {
            continue;
        }
        findings
            .at(item.key_place(), "secrets of the configuration are used for more than 90 days")
            .why("one that was copied, read in a log or taken along stays good for that long, and nobody knows")
            .fix(Fix::suggested("remove the key, which leaves 90 days", vec![Edit::remove(item)]))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
