use super::endpoint::fields;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Critical, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "")? {
        let (Some(lent), Some(open)) = (field.lends(), field.open()) else { continue };
        findings
            .at(
                lent.key_place(),
                format!("whoever reaches the portal calls `{}` with the portal's credential", field.endpoint),
            )
            .severity(field.setting.severity(Severity::Critical))
            .why(format!("{}, so a stranger does upstream what that credential may do", open.reason()))
            .fix(Fix::manual(
                "set `credentials: require` (upgrade first where the release is older than 1.28), and list `allowedMethods`",
            ))
            .evidence(field.setting.evidence());
    }
    Ok(())
}
