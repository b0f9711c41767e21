use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for property in super::properties(cx, &["actions", "Action"])? {
        if property.value.module.source(property.value.span()).contains("Deny") {
            continue;
        }
        for action in property.value.items() {
            let Some(text) = action.text().filter(|text| text == "*" || text.ends_with(":*")) else {
                continue;
            };
            findings
                .at(&action.place(), format!("a role may do everything of a service: `{text}`"))
                .why("whoever gets into the portal, or a plugin in it, has these rights in the account")
                .fix(Fix::manual("name the actions that are needed, and the resources they are for"));
        }
    }
    Ok(())
}
