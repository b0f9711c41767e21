use super::is_literal_secret;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("**")? {
        let (path, item) = (&setting.path, setting.item);
        if !is_literal_secret(path, item) {
            continue;
        }
        let severity =
            if setting.is_for_development() { Severity::Low } else { setting.severity(Severity::High) };
        findings
            .at(item.key_place(), format!("`{path}` is a secret that is written into the configuration"))
            .severity(severity)
            .why("whoever reads the repository or the image has it, and it cannot be rotated without a release")
            .fix(Fix::manual(format!(
                "revoke it, and write `${{{}}}` with the value from a secrets manager",
                variable(path)
            )))
            .evidence(setting.evidence());
    }
    Ok(())
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
