use super::endpoint::{Field, Open, fields, target};
use crate::fix::{Edit, Fix};
use crate::rules::http::host;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Medium, serve: Serve::Reports, check };

/// Hosts whose files everybody reads anyway.
const PUBLIC: &[&str] = &["raw.githubusercontent.com", "cdn.jsdelivr.net", "unpkg.com", "registry.npmjs.org"];

/// Whether only what is public anyway can be got there.
fn is_public(field: &Field<'_>) -> bool {
    let host = target(field.whole).and_then(Item::as_str).and_then(host);
    let methods = field.whole.get("allowedMethods").map(Item::one_or_many).unwrap_or_default();
    let only_reads = !methods.is_empty()
        && methods.iter().all(|method| matches!(method.as_str(), Some("GET" | "HEAD" | "OPTIONS")));
    only_reads && host.is_some_and(|host| PUBLIC.contains(&host.as_str()))
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "")? {
        // What is no endpoint yet, or lends a credential, is another matter.
        if field.lends().is_some() || target(field.whole).is_none() {
            continue;
        }
        let Some(open) = field.open() else { continue };
        if is_public(&field) {
            continue;
        }
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
