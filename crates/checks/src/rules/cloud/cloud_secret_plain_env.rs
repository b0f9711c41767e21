use crate::fix::Fix;
use crate::secret_names::{is_placeholder, is_secret};
use crate::terraform::{Block, Module};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity, Value};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

/// What runs programs with an environment.
const KINDS: &[&str] = &[
    "aws_apprunner_service",
    "aws_ecs_task_definition",
    "aws_elastic_beanstalk_environment",
    "aws_lambda_function",
    "azurerm_app_service",
    "azurerm_container_app",
    "azurerm_container_group",
    "azurerm_linux_function_app",
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "google_cloud_run_service",
    "google_cloud_run_v2_job",
    "google_cloud_run_v2_service",
    "google_cloudfunctions2_function",
];

/// What holds variables: a map of them, or a list of names and values.
const PARTS: &[&str] = &[
    "app_settings",
    "container_environment",
    "env",
    "env_vars",
    "environment",
    "environment_variables",
    "runtime_environment_variables",
    "setting",
    "variables",
];

/// Last words of what says where a secret is, and not what it is.
const WHERE: &[&str] = &["arn", "id", "name", "path", "secret_id", "secret_name", "versionless_id", "uri"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.infrastructure()? {
        // A module of others hands on what it is given.
        for block in module.resources(KINDS).chain(module.all("module")) {
            for (name, value) in environment(block) {
                if !is_secret(name) || !is_plain(cx, module, value) {
                    continue;
                }
                findings
                    .at(value.key_place(), format!("`{name}` of `{}` is filled in as plain text", block.label()))
                    .why("who may describe tasks, functions or services, or read the state, reads the secret; history keeps it")
                    .fix(Fix::manual(
                        "let the task read it from the secret store: `secrets` with `valueFrom` in ECS, a reference to the store elsewhere",
                    ));
            }
        }
    }
    Ok(())
}

/// The variables that a resource gives to what it runs.
pub(super) fn environment(block: &Block) -> Vec<(&str, &Item)> {
    let mut found = Vec::new();
    block.body.walk(&mut |path, item| {
        let last = path.rsplit('.').next().unwrap_or_default();
        if !PARTS.contains(&last) {
            return;
        }
        let named = |item: &Item| item.get("name").or_else(|| item.get("option_name")).is_some();
        if matches!(item.value, Value::Seq(_)) || named(item) {
            found.extend(item.one_or_many().iter().filter_map(|item| {
                let name = item.get("name").or_else(|| item.get("option_name"))?.as_str()?;
                Some((name, item.get("value")?))
            }));
        } else {
            found.extend(item.entries().map(|(name, value)| (&**name, value)));
        }
    });
    found
}

/// Whether what a variable is set to is a secret itself.
fn is_plain(cx: &Context<'_>, module: &Module, value: &Item) -> bool {
    match &value.value {
        Value::Unknown(code) => is_of_a_secret(module, code),
        Value::String(text) if text.contains("{{resolve:") => true,
        // The default of a parameter stands for what people set it to.
        Value::String(text) if text.is_empty() => !super::is_written(cx, value),
        Value::String(text) => {
            !is_placeholder(text) && !text.starts_with("arn:") && !text.starts_with("@Microsoft.KeyVault")
        }
        _ => false,
    }
}

/// Whether an expression that is only known later is of a secret, and not of the place where one is.
fn is_of_a_secret(module: &Module, code: &str) -> bool {
    let is_variable = |name: &str| module.all("variable").any(|variable| &*variable.name == name);
    match code.split_once(' ') {
        Some(("Ref", name)) => is_variable(name),
        Some(("GetAtt", name)) => name.rsplit('.').next().is_some_and(is_secret),
        Some((function, rest))
            if function.bytes().all(|b| b.is_ascii_alphabetic())
                && function.starts_with(char::is_uppercase) =>
        {
            rest.contains("{{resolve:")
                || rest
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .any(|word| is_secret(word) && is_variable(word))
        }
        _ => {
            let code = code.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let last =
                code.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            !WHERE.contains(&last)
        }
    }
}
