use super::endpoint::{Open, fields, target};
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "")? {
        // What is no endpoint yet, or lends a credential, is another matter.
        if field.lends().is_some() || target(field.whole).is_none() {
            continue;
        }
        let Some(open) = field.open() else { continue };
        let (place, fix) = match &open {
            Open::Explicit(item) => {
                (&item.place, Fix::suggested("require a sign-in", vec![Edit::set(item, "require")]))
            }
            Open::Release(_) => (
                field.setting.item.key_place(),
                Fix::manual("upgrade to 1.28 or later, where a sign-in is required"),
            ),
            Open::Policy => (
                field.setting.item.key_place(),
                Fix::manual("remove `backend.auth.dangerouslyDisableDefaultAuthPolicy`"),
            ),
        };
        findings
            .at(place, format!("anybody calls `{}` through the portal", field.endpoint))
            .severity(field.setting.severity(Severity::Medium))
            .why(format!("{}: what only the portal's network reaches is reached by strangers", open.reason()))
            .fix(fix)
            .evidence(field.setting.evidence());
    }
    Ok(())
}
