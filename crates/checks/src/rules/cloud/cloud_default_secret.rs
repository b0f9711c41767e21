use crate::fix::Fix;
use crate::secret_names::{is_placeholder, is_secret};
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

/// What databases take as the password of the first account.
const PASSWORDS: &[&str] = &[
    "password",
    "master_password",
    "administrator_password",
    "administrator_login_password",
    "root_password",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let literal = |item: &Item| item.as_str().is_some_and(|text| !is_placeholder(text));
    for module in cx.infrastructure()? {
        let holds = |variable: &&Block| is_secret(&variable.name) && !super::is_trigger(variable);
        for variable in module.all("variable").filter(holds) {
            let Some(default) = variable.at("default").filter(|default| literal(default)) else { continue };
            findings
                .at(default.key_place(), format!("the variable `{}` has a secret as its default", variable.name))
                .why("it is used wherever nobody sets another, and everybody who reads the repository knows it")
                .fix(Fix::manual("remove the default and mark it `sensitive` (in CloudFormation `NoEcho`); change the secret where it was used"));
        }
        for resource in module.all("resource") {
            for key in PASSWORDS {
                let Some(password) = resource.at(key).filter(|item| literal(item)) else { continue };
                // A value that comes from a variable is told at the variable.
                if !super::is_written(cx, password) {
                    continue;
                }
                findings
                    .at(
                        password.key_place(),
                        format!("`{}` has its `{key}` written in the code", resource.label()),
                    )
                    .why("everybody who reads the repository knows it")
                    .fix(Fix::manual(
                        "make it with `random_password` or take it from a secret store, and change it",
                    ));
            }
        }
    }
    Ok(())
}
