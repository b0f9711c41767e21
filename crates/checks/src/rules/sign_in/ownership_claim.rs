use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.omitIdentityTokenOwnershipClaim")? {
        if setting.item.as_bool() != Some(false) || setting.is_for_development() {
            continue;
        }
        findings
            .at(setting.item.key_place(), "user tokens carry the groups of their user")
            .severity(setting.severity(Severity::Low))
            .why("the groups are those of the sign-in until the token ends, readable by everything the token is sent to")
            .fix(Fix::suggested("remove the key: since 1.50 the groups are left out", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
