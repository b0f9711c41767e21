use std::collections::HashSet;
use std::sync::Arc;

use super::compose_database_port::is_store;
use crate::fix::Fix;
use crate::secret_names::{is_example_password, is_placeholder, is_secret};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    // The database and those who use it say the same password: one thing to mend.
    let mut told: HashSet<(Arc<str>, String)> = HashSet::new();
    // It is the database that has the password; the others only know it.
    let (stores, others): (Vec<_>, Vec<_>) = super::services(cx)?.into_iter().partition(is_store);
    for service in stores.into_iter().chain(others) {
        for (name, value, item) in service.environment() {
            // APP_CONFIG_backend_database_connection_password is a key of the configuration.
            let last = name.rsplit('_').next().unwrap_or(name);
            if !(is_secret(name) || (name.starts_with("APP_CONFIG_") && is_secret(last))) {
                continue;
            }
            let Some(written) = written(name, value) else { continue };
            if is_stub(name, value) {
                continue;
            }
            // A default is to be taken away wherever it is written.
            let of = if value.starts_with("${") { service.name } else { name };
            if !told.insert((Arc::clone(&item.place.path), format!("{of}={value}"))) {
                continue;
            }
            findings
                .at(item.key_place(), format!("`{name}` of `{}` {written}", service.name))
                .severity(service.severity(Severity::Medium))
                .why("whoever reads the repository knows it, and it goes along when the file is used somewhere else")
                .fix(Fix::manual(format!("write `${{{name}:?}}`, which stops when the variable is not set")));
        }
    }
    Ok(())
}

/// Who else issues credentials, by words of variables' names.
const ISSUERS: &[&str] = &[
    "GITHUB",
    "GITLAB",
    "BITBUCKET",
    "AZURE",
    "SNYK",
    "SONAR",
    "CIRCLECI",
    "PAGERDUTY",
    "DATADOG",
    "OPENAI",
    "SLACK",
    "JIRA",
    "NPM",
    "GOOGLE",
    "OKTA",
    "AUTH0",
    "MICROSOFT",
];

/// Whether a word stands where somebody else issues the credential, so that a known one opens nothing:
/// `${GITHUB_TOKEN:-secret}`. What checks requests (a webhook's secret) is the portal's own.
fn is_stub(name: &str, value: &str) -> bool {
    let inside = value.trim().trim_matches(['"', '\'', '}']);
    let word = inside.rsplit_once(":-").or_else(|| inside.rsplit_once('-')).map_or(inside, |(_, word)| word);
    let is_word = word.len() <= 12 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let name = name.to_ascii_uppercase();
    let is_issued = name.split('_').any(|part| ISSUERS.contains(&part));
    is_word && is_issued && !name.contains("WEBHOOK") && !name.contains("PASSWORD")
}

/// How a value is one that everybody can read.
fn written(name: &str, value: &str) -> Option<&'static str> {
    let value = value.trim().trim_matches(['"', '\'']);
    if let Some(inside) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        let default =
            inside.split_once(":-").or_else(|| inside.split_once('-')).map(|(_, default)| default)?;
        return (!is_placeholder(default) || is_example_password(name, default))
            .then_some("has a default that everybody can read");
    }
    let is_real = !is_placeholder(value) || is_example_password(name, value);
    (is_real && !value.starts_with('/')).then_some("is written out")
}
