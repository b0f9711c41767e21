use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::High, serve: Serve::Refuses, check };

const CONNECTIONS: &[&str] = &["backend.database.connection", "backend.database.plugin.*.connection"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for connection in CONNECTIONS {
        for setting in cx.settings(&format!("{connection}.ssl.rejectUnauthorized"))? {
            if setting.item.as_bool() != Some(false) {
                continue;
            }
            findings
                .at(setting.item.key_place(), "the certificate of the database is not verified")
                .severity(setting.severity(Severity::High))
                .why("whoever is on the way answers as the database: it gets the password, and every session and entity")
                .fix(Fix::suggested("verify it, with the authority in `ssl.ca`", vec![Edit::set(setting.item, true)]))
                .evidence(setting.evidence());
        }
        for setting in cx.settings(connection)? {
            let Some(mode) = setting.item.as_str().and_then(|text| parameter(text, "sslmode")) else {
                continue;
            };
            if !matches!(mode, "no-verify" | "allow" | "prefer") {
                continue;
            }
            findings
                .at(
                    &setting.item.place,
                    format!("the certificate of the database is not verified: `sslmode={mode}`"),
                )
                .severity(setting.severity(Severity::High))
                .why("whoever is on the way answers as the database, or has it speak without TLS")
                .fix(Fix::manual("use `sslmode=verify-full` with `sslrootcert`"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}

/// A parameter of a connection string.
pub(super) fn parameter<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let query = text.split_once('?')?.1;
    query
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value)
}
