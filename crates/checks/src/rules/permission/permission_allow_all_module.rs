use super::policies;
use crate::code::Def;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

const PACKAGE: &str = "@backstage/plugin-permission-backend-module-allow-all-policy";
const WHY: &str = "`permission.enabled: true` then changes nothing: deleting entities, running templates and the cluster proxy are open to all";
const FIX: &str = "write a policy that denies what no rule allows, and add its module instead";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let added = cx.backends()?.iter().flat_map(|backend| backend.adding(PACKAGE));
    for one in added.filter(|one| !one.is_for_development()) {
        findings
            .at(&one.place, "the permission policy allows everything to everyone who is signed in")
            .why(WHY)
            .fix(Fix::manual(FIX));
    }
    let code = cx.code()?;
    let sets = code.set_policies();
    // Where another one is set as well, this one is for when something is switched off.
    let severity = |this: &Place| {
        let others = sets.iter().any(|(set, _)| set.call.place() != *this);
        if others { Severity::Medium } else { Severity::High }
    };
    for (set, policy) in &sets {
        if let Def::External { name, .. } = policy
            && name.contains("AllowAll")
        {
            let place = set.call.place();
            findings
                .at(&place, format!("the permission policy that is set is `{name}`"))
                .severity(severity(&place))
                .why(WHY)
                .fix(Fix::manual(FIX));
        }
    }
    for policy in policies::all(code).iter().filter(|policy| policies::allows_all(policy)) {
        let owner = code.policies().into_iter().find(|other| {
            other.handle.module.path == policy.module.path
                && other.handle.function.span == policy.handle.function.span
        });
        let Some(set) = owner.and_then(|owner| owner.set.first().copied()) else { continue };
        let place = policies::last_return(policy.handle.function)
            .map_or(policy.handle.place(), |last| policy.module.place(last.span));
        findings
            .at(&place, "the permission policy asks nothing, and allows everything")
            .severity(severity(&set.call.place()))
            .why(WHY)
            .fix(Fix::manual(FIX))
            .because(Some(&set.call.place()), "it is set here");
    }
    Ok(())
}
