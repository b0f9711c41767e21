use serde_json::json;

use super::{Field, confined, lacks};
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut field = Field {
        tell: Teller::new(findings),
        name: "allowPrivilegeEscalation",
        value: json!(false),
        severity: Severity::Medium,
        why: "a setuid program in the image gives more rights than the container was given",
    };
    for (container, context) in confined(cx)? {
        // A privileged container needs no escalation; it is found as such.
        let is_privileged = context.get("privileged").is_some_and(Item::is_true);
        let may = lacks(context, "allowPrivilegeEscalation")
            || context.get("allowPrivilegeEscalation").is_some_and(Item::is_true);
        if may && !is_privileged {
            field.report(container, context, format!("{} may gain privileges", container.label()));
        }
    }
    Ok(())
}
