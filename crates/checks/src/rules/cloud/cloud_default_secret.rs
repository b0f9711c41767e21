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

/// What stores of secrets take as a secret.
const STORED: &[(&str, &str)] = &[
    ("aws_secretsmanager_secret_version", "secret_string"),
    ("azurerm_key_vault_secret", "value"),
    ("github_actions_organization_secret", "plaintext_value"),
    ("github_actions_secret", "plaintext_value"),
    ("google_secret_manager_secret_version", "secret_data"),
    ("gitlab_project_variable", "value"),
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
        for (name, value) in module.all("locals").flat_map(|locals| locals.body.entries()) {
            if !is_secret(name) || !literal(value) || !super::is_written(cx, value) {
                continue;
            }
            findings
                .at(
                    value.key_place(),
                    format!("the local value `{name}` is a secret that is written in the code"),
                )
                .why("everybody who reads the repository knows it")
                .fix(Fix::manual(
                    "make it with `random_password` or take it from a secret store, and change it",
                ));
        }
        for resource in module.all("resource") {
            let of_kind = STORED.iter().filter(|(kind, _)| *kind == &*resource.kind).map(|(_, key)| key);
            for key in PASSWORDS.iter().chain(of_kind) {
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
        for values in cx.repository().terraform.values.iter().filter(|values| values.folder == module.folder)
        {
            for (name, value) in
                values.values.iter().filter(|(name, value)| is_secret(name) && literal(value))
            {
                findings
                    .at(value.key_place(), format!("a file of values has the secret `{name}`"))
                    .why("everybody who reads the repository, or its history, knows it")
                    .fix(Fix::manual(
                        "take it out, hand it over as `TF_VAR_..` from a secret store, and change it",
                    ));
            }
        }
    }
    Ok(())
}
