use super::all;
use crate::fix::{Edit, Fix};
use crate::secret_names::is_secret;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for template in all(*cx)? {
        for (name, schema) in &template.parameters {
            let is_text = schema.get("type").and_then(Item::as_str).is_none_or(|kind| kind == "string");
            // A field of its own, a choice, or a default that everybody knows: the name of a secret, not one.
            let is_other = ["ui:field", "enum", "default"].iter().any(|key| schema.get(key).is_some());
            // Whoever hides the typing says that it is one.
            let is_hidden = schema.get("ui:widget").and_then(Item::as_str) == Some("password");
            if !(is_secret(name) || is_hidden) || !is_text || is_other || schema.as_map().is_none() {
                continue;
            }
            findings
                .at(schema.key_place(), format!("the template asks for `{name}` as an ordinary parameter"))
                .why("parameters are stored with the task, shown to everybody who may read tasks, and audited; `ui:widget: password` only hides the typing")
                .fix(Fix::suggested(
                    "set `ui:field: Secret`, and read it as `secrets` in the steps",
                    vec![Edit::add(schema, "ui:field", "Secret")],
                ));
        }
    }
    Ok(())
}
