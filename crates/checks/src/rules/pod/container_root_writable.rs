use serde_json::json;

use super::{Field, confined, lacks};
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut field = Field {
        tell: Teller::new(findings),
        name: "readOnlyRootFilesystem",
        value: json!(true),
        severity: Severity::Medium,
        why: "who gets code to run can change the portal's code and leave things behind",
    };
    for (container, context) in confined(cx)? {
        let is_open = lacks(context, "readOnlyRootFilesystem")
            || context.get("readOnlyRootFilesystem").and_then(Item::as_bool) == Some(false);
        if is_open {
            field.report(container, context, format!("{} has a writable root filesystem", container.label()));
        }
    }
    Ok(())
}
