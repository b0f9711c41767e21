use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let key = "auth.experimentalRefreshToken.dangerouslyDisableCatalogPresenceCheck";
    for setting in cx.settings(key)?.filter(|setting| setting.item.is_true()) {
        findings
            .at(setting.item.key_place(), "refresh tokens outlive the people they were given to")
            .severity(setting.severity(Severity::High))
            .why("somebody who was removed from the catalog goes on getting tokens until the refresh token ends")
            .fix(Fix::suggested("remove the key", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
