use crate::code::{At, Constant};
use crate::fix::Fix;
use crate::secret_names::{is_placeholder, is_secret};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for environment in
        super::properties(cx, &["environment", "environmentVariables", "runtimeEnvironmentVariables"])?
    {
        for (name, value) in environment.value.properties() {
            // A variable of CodeBuild says what its value is.
            let is_reference =
                value.property("type").is_some_and(|(_, kind)| !kind.source().ends_with("PLAINTEXT"));
            let value = value.get("value").filter(|_| !is_reference).unwrap_or(value);
            if !is_secret(&name) || !is_plain(value) {
                continue;
            }
            findings
                .at(&value.place(), format!("`{name}` is filled in as plain text"))
                .why("who may describe tasks, functions or the stack's template reads the secret")
                .fix(Fix::manual("hand it over in `secrets`, with `ecs.Secret.fromSecretsManager`; a function reads it from the store when it starts"));
        }
    }
    Ok(())
}

/// Whether what a variable is set to is a secret itself.
fn is_plain(value: At<'_>) -> bool {
    match value.constant() {
        Constant::Text(text) => {
            !is_placeholder(&text) && !text.starts_with("arn:") && !text.contains("{{resolve:ssm:")
        }
        Constant::Outside { .. } => true,
        _ => {
            let source = value.value().source();
            ["unsafeUnwrap()", "unsafePlainText(", "SecretValue.plainText("]
                .iter()
                .any(|call| source.contains(call))
                || (source.contains("secretValue") && source.ends_with(".toString()"))
        }
    }
}
