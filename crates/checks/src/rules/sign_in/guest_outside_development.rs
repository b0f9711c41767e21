use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Critical, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let key = "auth.providers.guest.dangerouslyAllowOutsideDevelopment";
    for setting in cx.settings(key)?.filter(|setting| setting.item.is_true()) {
        findings
            .at(setting.item.key_place(), "guest sign-in is allowed outside development")
            .severity(setting.severity(Severity::Critical))
            .why("anyone who reaches the portal gets a signed-in identity, whatever NODE_ENV says")
            .fix(Fix::suggested(
                "remove the key, and the guest provider with it",
                vec![Edit::remove(setting.item)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
