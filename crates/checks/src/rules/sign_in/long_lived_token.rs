use super::duration;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Reports, check };

/// What the backend cuts longer ones down to.
const LONGEST: f64 = 24.0;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in
        cx.settings("auth.backstageTokenExpiration")?.filter(|setting| !setting.is_for_development())
    {
        let Some(hours) = duration::hours(setting.item).filter(|hours| *hours > 2.0) else { continue };
        let severity = if hours >= 12.0 { Severity::Medium } else { Severity::Low };
        let lives = hours.min(LONGEST);
        findings
            .at(setting.item.key_place(), format!("user tokens live for {lives:.0} hours"))
            .severity(setting.severity(severity))
            .why("no token can be revoked: whoever was removed, or whose token was taken, stays in for that long")
            .fix(Fix::suggested("remove the key, which leaves one hour", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
