use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("enableExperimentalRedirectFlow")? {
        if setting.is_for_development() || !setting.item.is_true() {
            continue;
        }
        findings
            .at(setting.item.key_place(), "sign-in redirects to wherever its link says")
            .severity(setting.severity(Severity::Medium))
            .why("nothing compares `redirectUrl` with the portal's origins, so a link to sign-in ends on any site")
            .fix(Fix::suggested("remove the key, which brings the sign-in window back", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
