use crate::fix::{Edit, Fix};
use crate::secret_names::is_secret;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.infrastructure()? {
        for variable in module.all("variable").filter(|variable| is_of_a_secret(variable)) {
            let is_template = !variable.place.path.ends_with(".tf");
            let hides = variable.at("sensitive");
            if hides.is_some_and(|item| item.is_true() || item.is_unknown()) {
                continue;
            }
            let place = hides.map_or(&variable.place, Item::key_place);
            let report =
                findings.at(place, format!("the value of `{}` is shown to whoever looks", variable.name));
            if is_template {
                let edits =
                    hides.map(|item| Edit::Replace { place: item.place.clone(), text: "true".to_owned() });
                report
                    .why("consoles and `describe-stacks` show parameters to everybody who may read stacks, unless they are `NoEcho`")
                    .fix(match edits {
                        Some(edit) => Fix::suggested("set `NoEcho: true`", vec![edit]),
                        None => Fix::manual("set `NoEcho: true`, or take the secret from Secrets Manager where it is used"),
                    });
            } else {
                report
                    .severity(Severity::Low)
                    .why("plans and their logs, in CI as well, show it unless the variable is `sensitive`")
                    .fix(Fix::manual("set `sensitive = true`"));
            }
        }
    }
    Ok(())
}

/// Whether a variable holds a secret, and not where one is.
fn is_of_a_secret(variable: &Block) -> bool {
    let text = |key: &str| variable.at(key).and_then(Item::as_str).unwrap_or_default().to_ascii_lowercase();
    let kind = text("type");
    let about = text("description");
    let is_elsewhere = kind.starts_with("aws::")
        || ["arn", "name of", "path of", "id of"].iter().any(|word| about.contains(word));
    // A type of Terraform is no text; what is a list or a flag is no secret.
    let is_other = variable.at("type").is_some_and(|kind| match &kind.value {
        crate::Value::Unknown(code) => !code.starts_with("string"),
        _ => kind.as_str().is_some_and(|kind| kind != "String" && kind != "string"),
    });
    is_secret(&variable.name) && !super::is_trigger(variable) && !is_elsewhere && !is_other
}
