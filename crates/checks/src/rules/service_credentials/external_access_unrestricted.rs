use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::ServiceCredentials, severity: Severity::High, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in
        cx.settings("backend.auth.externalAccess.*")?.filter(|setting| !setting.is_for_development())
    {
        let Some(kind) = setting.item.get("type").and_then(Item::literal) else { continue };
        if is_restricted(setting.item) {
            continue;
        }
        let who = match kind {
            "jwks" => "everyone with a token of that issuer",
            _ => "whoever holds that one secret",
        };
        findings
            .at(&setting.item.place, format!("a `{kind}` credential from outside may do everything"))
            .severity(setting.severity(Severity::High))
            .why(format!(
                "{who} calls every plugin as a service, and Backstage never asks the permission policy about services"
            ))
            .fix(Fix::manual("add `accessRestrictions` with the plugins, and the permissions, that it needs"))
            .evidence(setting.evidence());
    }
    Ok(())
}

/// What the reader makes of an empty list is no restriction.
fn is_restricted(entry: &Item) -> bool {
    entry.get("accessRestrictions").is_some_and(|list| {
        list.is_unknown() || !list.items().is_empty() || list.as_map().is_some_and(|map| !map.is_empty())
    })
}
