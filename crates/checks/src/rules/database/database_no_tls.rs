use super::database_tls_not_verified::parameter;
use super::is_local;
use crate::fix::Fix;
use crate::repo::{Reach, Role};
use crate::rules::http::variable::{given_in, leading};
use crate::tree::Value;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Reports, check };

const WHY: &str =
    "passwords, sessions and every entity pass in the clear between the backend and its database";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    // What production connects with.
    for production in cx.productions()? {
        let Some(database) = production.at("backend.database") else { continue };
        if database.get("client").and_then(Item::as_str) != Some("pg") {
            continue;
        }
        let Some(connection) = database.get("connection") else { continue };
        if let Some(how) = unencrypted(connection).filter(|_| !is_given_here(*cx, connection)) {
            findings
                .at(
                    connection.get("ssl").map_or_else(|| connection.key_place(), Item::key_place),
                    format!("the database is spoken to without TLS: {how}"),
                )
                .severity(
                    if host_of(connection).is_some_and(|host| !host.contains('.') && !host.contains('$')) {
                        Severity::Low
                    } else {
                        Severity::Medium
                    },
                )
                .confidence(if production.missing().is_empty() {
                    Confidence::Medium
                } else {
                    Confidence::Low
                })
                .why(WHY)
                .fix(Fix::manual("set `connection.ssl` with the authority in `ca`"))
                .evidence([production.how.clone()]);
        }
    }
    // What other files switch off in so many words.
    for setting in cx.settings("backend.database.connection.ssl")? {
        let written = match &setting.item.value {
            Value::Null => "null",
            Value::Map(_) => continue,
            _ if setting.item.as_bool() == Some(false) => "false",
            _ => continue,
        };
        if setting.is_effective() {
            continue;
        }
        findings
            .at(setting.item.key_place(), format!("the database is spoken to without TLS: `ssl: {written}`"))
            .severity(Severity::Low)
            .why(WHY)
            .fix(Fix::manual("leave it out where the database is on another machine"))
            .evidence(setting.evidence());
    }
    of_other_files(*cx, findings)
}

/// Files of production that no launch which is known loads.
fn of_other_files(cx: Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.database")? {
        if !matches!(setting.reach, Reach::NotLoaded(Role::Production | Role::Other | Role::Base))
            || setting.item.get("client").and_then(Item::as_str) != Some("pg")
        {
            continue;
        }
        let Some(connection) = setting.item.get("connection") else { continue };
        let has_host = connection.as_str().is_some() || connection.get("host").is_some();
        let is_one = has_host && connection.get("ssl").is_none();
        let Some(how) = unencrypted(connection).filter(|_| is_one && !is_given_here(cx, connection)) else {
            continue;
        };
        findings
            .at(connection.key_place(), format!("the database is spoken to without TLS: {how}"))
            .severity(setting.severity(Severity::Medium))
            .confidence(Confidence::Low)
            .why(WHY)
            .fix(Fix::manual("set `connection.ssl` with the authority in `ca`"))
            .evidence(setting.evidence());
    }
    Ok(())
}

/// How a connection to another machine comes to be without TLS.
fn unencrypted(connection: &Item) -> Option<&'static str> {
    if let Some(text) = connection.as_str() {
        let literal = connection.literal().is_some() || text.contains("://");
        let local = text
            .split_once("://")
            .and_then(|(_, rest)| rest.rsplit_once('@'))
            .is_some_and(|(_, rest)| is_local(rest.split(['/', ':', '?']).next().unwrap_or_default()));
        return match parameter(text, "sslmode") {
            Some("disable") => Some("`sslmode=disable`"),
            None if literal && !local && !text.contains("ssl=true") => {
                Some("the connection string asks for none")
            }
            _ => None,
        };
    }
    // A connector of a cloud has its own encryption.
    if connection.get("type").is_some_and(|kind| kind.as_str() != Some("default"))
        || connection.get("connectionString").is_some()
    {
        return None;
    }
    let ssl = connection.get("ssl");
    let is_on =
        ssl.is_some_and(|ssl| !ssl.is_null() && (ssl.as_map().is_some() || ssl.as_bool() != Some(false)));
    let local = host_of(connection).is_some_and(is_local);
    if is_on || local || connection.as_map().is_none_or(indexmap::IndexMap::is_empty) {
        return None;
    }
    Some(if ssl.is_some() { "`ssl: false`" } else { "`ssl` is not set" })
}

/// Whether the host is a variable, and all that manifests give it is the pod itself: a proxy of the cloud runs there,
/// which encrypts what leaves.
fn is_given_here(cx: Context<'_>, connection: &Item) -> bool {
    let Some(name) = host_of(connection).and_then(leading) else { return false };
    let mut given = given_in(cx, name, name).into_iter().filter_map(Item::as_str).peekable();
    given.peek().is_some() && given.all(|host| is_local(host.trim()))
}

fn host_of(connection: &Item) -> Option<&str> {
    connection.get("host").and_then(Item::as_str)
}
