use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Reports, check };

/// Where the releases of the OPA plugins look.
const PATHS: [&str; 4] = [
    "permission.opa.policy.policyFallbackDecision",
    "permission.opa.policyFallbackDecision",
    "opaClient.policies.permissions.policyFallbackDecision",
    "opaClient.policies.*.policyFallbackDecision",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for path in PATHS {
        for setting in cx.settings(path)?.filter(|setting| !setting.is_for_development()) {
            if !setting.item.literal().is_some_and(|text| text.eq_ignore_ascii_case("allow")) {
                continue;
            }
            findings
                .at(&setting.item.place, "everything is allowed while OPA does not answer")
                .severity(setting.severity(Severity::High))
                .why("an OPA that is down, overloaded or renamed turns permissions off, and says so in a log only")
                .fix(Fix::suggested("deny when there is no decision", vec![Edit::set(setting.item, "deny")]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
