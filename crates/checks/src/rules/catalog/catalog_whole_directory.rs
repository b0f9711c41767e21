use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Low, serve: Serve::Reports, check };

/// Keys that bound which users are taken, in their present and former spellings.
const FILTERS: &[&str] = &[
    "user.filter",
    "userFilter",
    "userGroupMember.filter",
    "userGroupMember.search",
    "userGroupMember.path",
    "userGroupMemberFilter",
    "userGroupMemberSearch",
    "user.path",
    "userPath",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in cx.productions()?.into_iter().filter(|production| production.missing().is_empty()) {
        let directory = production.at("catalog.providers.microsoftGraphOrg");
        for (_, provider) in directory.into_iter().flat_map(Item::entries) {
            let is_one = provider.get("tenantId").is_some();
            if !is_one || FILTERS.iter().any(|key| provider.at(key).is_some()) {
                continue;
            }
            findings
                .at(provider.key_place(), "every account of the tenant becomes a user of the catalog")
                .confidence(Confidence::Medium)
                .why("guests of the tenant, service and disabled accounts are among them, and sign-in that looks users up admits them")
                .fix(Fix::manual("set `user.filter: accountEnabled eq true and userType eq 'member'`, or name a group under `userGroupMember`"))
                .evidence([production.how.clone()]);
        }
    }
    Ok(())
}
