use super::endpoint::fields;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::High, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "")? {
        let Some(lent) = field.lends() else { continue };
        if field.open().is_some() || is_read_only(field.whole) {
            continue;
        }
        // The part of the endpoint that this file has is where the list goes.
        let fix = match (field.setting.item.as_map(), field.whole.get("allowedMethods")) {
            (Some(_), None) => Fix::suggested(
                "allow reading only, or the methods that are needed",
                vec![Edit::add(field.setting.item, "allowedMethods", vec!["GET", "HEAD"])],
            ),
            _ => Fix::manual("list in `allowedMethods` what is needed"),
        };
        findings
            .at(
                lent.key_place(),
                format!("every user writes to `{}` with the portal's credential", field.endpoint),
            )
            .severity(field.setting.severity(Severity::High))
            .confidence(Confidence::Medium)
            .why("a proxy knows no users: whoever signs in does upstream, with any method, what that one credential may do")
            .fix(fix)
            .evidence(field.setting.evidence());
    }
    Ok(())
}

/// Whether only methods that read pass. A list that is not known may be one.
fn is_read_only(endpoint: &Item) -> bool {
    let Some(methods) = endpoint.get("allowedMethods") else { return false };
    methods.is_unknown()
        || methods.one_or_many().iter().all(|method| {
            method
                .literal()
                .is_none_or(|name| ["GET", "HEAD", "OPTIONS"].contains(&name.to_ascii_uppercase().as_str()))
        }) && !methods.is_null()
}
