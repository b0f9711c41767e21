use crate::fix::Fix;
use crate::rules::in_code::added;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for one in added(cx.code()?) {
        if !one.is("@backstage/plugin-permission-backend-module-allow-all-policy") {
            continue;
        }
        findings
            .at(&one.place, "the permission policy allows everything to everyone who is signed in")
            .why("`permission.enabled: true` then changes nothing: deleting entities, running templates and the cluster proxy are open to all")
            .fix(Fix::manual("write a policy that denies what no rule allows, and add its module instead"));
    }
    Ok(())
}
