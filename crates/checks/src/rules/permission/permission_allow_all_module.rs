use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

const PACKAGE: &str = "@backstage/plugin-permission-backend-module-allow-all-policy";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let added = cx.backends()?.iter().flat_map(|backend| backend.adding(PACKAGE));
    for one in added.filter(|one| !one.is_for_development()) {
        findings
            .at(&one.place, "the permission policy allows everything to everyone who is signed in")
            .why("`permission.enabled: true` then changes nothing: deleting entities, running templates and the cluster proxy are open to all")
            .fix(Fix::manual("write a policy that denies what no rule allows, and add its module instead"));
    }
    Ok(())
}
