use crate::fix::Fix;
use crate::secret_names::{is_credential_header, is_placeholder, is_secret};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("*")? {
        let mut found: Vec<(String, &Item)> = Vec::new();
        setting.item.walk(&mut |path, item| {
            let path =
                if path.is_empty() { setting.path.clone() } else { format!("{}.{path}", setting.path) };
            if is_literal_secret(&path, item) {
                found.push((path, item));
            }
        });
        for (path, item) in found {
            findings
                .at(item.key_place(), format!("`{path}` is a secret that is written into the configuration"))
                .severity(setting.severity(Severity::High))
                .why("whoever reads the repository or the image has it, and it cannot be rotated without a release")
                .fix(Fix::manual(format!(
                    "revoke it, and write `${{{}}}` with the value from a secrets manager",
                    variable(&path)
                )))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}

fn is_literal_secret(path: &str, item: &Item) -> bool {
    let Some(value) = item.literal() else { return false };
    let name = path.rsplit('.').next().unwrap_or(path);
    let is_named = is_secret(name)
        || (path.contains(".headers.") && path.starts_with("proxy") && is_credential_header(name))
        // A list of secrets is named in the plural.
        || (name.parse::<usize>().is_ok() && path.rsplit('.').nth(1).is_some_and(|of| of.ends_with("ecrets") || of.ends_with("okens")));
    is_named && !is_placeholder(value) && !is_reference(path, value)
}

/// A name or a place of a secret, where the key means that: `serviceAccountToken` does not, `tokenPath` has another name.
fn is_reference(path: &str, value: &str) -> bool {
    value.starts_with('/')
        || value.starts_with("file:")
        || value.starts_with("arn:")
        || path.starts_with("app.")
}

/// A variable's name for a key: `integrations.github.0.token` becomes `INTEGRATIONS_GITHUB_TOKEN`.
fn variable(path: &str) -> String {
    let parts = path.split('.').filter(|part| part.parse::<usize>().is_err());
    let mut name = String::new();
    for part in parts {
        if !name.is_empty() {
            name.push('_');
        }
        for c in part.chars() {
            if c.is_ascii_uppercase() && !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            name.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
        }
    }
    name
}
