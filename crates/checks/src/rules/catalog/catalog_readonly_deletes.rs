use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in cx.productions()? {
        let Some(readonly) = production.at("catalog.readonly").filter(|flag| flag.is_true()) else {
            continue;
        };
        let enabled = production.at("permission.enabled");
        // What is not here may switch permissions on, and a variable may too.
        if enabled.is_some_and(|flag| flag.is_true() || flag.as_bool().is_none())
            || enabled.is_none() && !production.missing().is_empty()
        {
            continue;
        }
        findings
            .at(readonly.key_place(), "`catalog.readonly` does not stop anybody from deleting entities")
            .confidence(Confidence::Medium)
            .why("it refuses changes of locations only: without permissions every user may delete entities by uid, and refresh them")
            .fix(Fix::manual("enable permissions, with a policy that denies `catalog.entity.delete`"))
            .because(enabled.map(Item::key_place), "permissions are not enabled")
            .evidence([production.how.clone()]);
    }
    Ok(())
}
