use super::endpoint::fields;
use crate::fix::Fix;
use crate::secret_names::is_credential_header;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "allowedHeaders")? {
        // What the endpoint sets itself stands in the place of what the caller sends.
        let is_set = |name: &str| {
            let own = field.whole.get("headers").into_iter().flat_map(Item::entries);
            own.into_iter().any(|(header, value)| header.eq_ignore_ascii_case(name) && !value.is_null())
        };
        let credential = |item: &Item| {
            item.literal().filter(|name| is_credential_header(name) && !is_set(name)).map(str::to_owned)
        };
        let items = field.setting.item.one_or_many();
        let names: Vec<String> = items.iter().filter_map(credential).collect();
        let Some(first) = items.iter().find(|item| credential(item).is_some()) else { continue };
        let portal = names.iter().any(|name| {
            let name = name.to_ascii_lowercase();
            name == "authorization" || name == "cookie"
        });
        findings
            .at(&first.place, format!("`{}` passes on the caller's `{}`", field.endpoint, names.join("`, `")))
            .severity(field.setting.severity(if portal { Severity::Medium } else { Severity::Low }))
            .why(if portal {
                "it holds the user's Backstage session, also with `credentials: require`: the upstream can act as that user in the portal"
            } else {
                "the user's own credential for something else reaches an upstream that may not need it, and its logs"
            })
            .fix(Fix::manual("take it out of `allowedHeaders`, and let the portal authenticate itself to the upstream"))
            .evidence(field.setting.evidence());
    }
    Ok(())
}
