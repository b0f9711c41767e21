use super::resolvers;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for resolver in resolvers::all(cx)? {
        if resolver.setting.project.configs.is_empty() {
            // A server's own configuration: Stagedoor looks at the domains of every resolver that looks at addresses.
            continue;
        }
        let Some(item) = resolver.option("allowedDomains") else { continue };
        if resolver.name != "emailMatchingUserEntityProfileEmail" {
            continue;
        }
        findings
            .at(item.key_place(), format!("`{}` does not look at `allowedDomains`", resolver.name))
            .severity(resolver.setting.severity(Severity::Medium))
            .why("its schema takes the key and its code ignores it: people of other domains are not refused")
            .fix(Fix::suggested(
                "remove the key, and keep other domains out of the catalog",
                vec![Edit::remove(item)],
            ))
            .evidence(resolver.setting.evidence());
    }
    Ok(())
}
