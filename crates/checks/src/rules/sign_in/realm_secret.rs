use std::collections::HashSet;

use super::realm;
use crate::fix::Fix;
use crate::secret_names::is_placeholder;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Where realms have secrets besides clients and users, and what they are.
const PLACES: &[(&str, &str)] = &[
    ("smtpServer.password", "the password of the mail server"),
    ("identityProviders.*.config.clientSecret", "a client secret of another identity provider"),
    ("components.*.*.config.bindCredential.*", "the password of a directory"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for realm in realm::all(*cx)? {
        let severity = Severity::Medium.less(u8::from(realm.is_local));
        let mut tell = |item: &Item, message: String| {
            findings
                .at(item.key_place(), message)
                .severity(severity)
                .why("whoever reads the repository has it, and every realm that is imported from it begins with it")
                .fix(Fix::manual("leave it out and set it after the import, or write a variable (`${NAME}`) that the import fills in"));
        };
        for client in realm.clients() {
            let id = client.get("clientId").and_then(Item::as_str).unwrap_or_default();
            if let Some(secret) = client.get("secret").filter(|secret| is_written(secret)) {
                tell(secret, format!("the client `{id}` has its secret in the repository"));
            }
        }
        // Many users are often given the same.
        let mut told: HashSet<&str> = HashSet::new();
        for user in realm.root.get("users").map(Item::items).unwrap_or_default() {
            let name = user.get("username").and_then(Item::as_str).unwrap_or_default();
            for credential in user.get("credentials").map(Item::items).unwrap_or_default() {
                let temporary = credential.get("temporary").is_some_and(Item::is_true);
                let Some(value) = credential.get("value").filter(|value| !temporary && is_written(value))
                else {
                    continue;
                };
                if told.insert(value.as_str().unwrap_or_default()) {
                    tell(value, format!("the user `{name}` has a password that is in the repository"));
                }
            }
        }
        for (path, what) in PLACES {
            for (_, item) in realm.root.find(path).into_iter().filter(|(_, item)| is_written(item)) {
                tell(item, format!("{what} is in the repository"));
            }
        }
    }
    Ok(())
}

/// Whether a value is a secret, and not the stars that an export has in its place.
fn is_written(item: &Item) -> bool {
    item.as_str().is_some_and(|text| !is_placeholder(text))
}
