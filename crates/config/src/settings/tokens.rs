//! `backend.auth.externalAccess`: tokens of programs outside.

use model::Secret;

use super::auth::{self, IssuerAccess, LegacyAccess};
use super::findings::{Findings, shown};
use crate::{Config, Mode, Place, Problem, ValueRef};

/// A static token.
#[derive(Clone, Debug)]
pub struct ServiceToken {
    /// The token; compare in constant time.
    pub token: Secret<String>,
    /// Who the bearer is, verbatim.
    pub subject: String,
    /// Upper bounds, one per plugin; `None` when the file gives none.
    pub restrictions: Option<Vec<Restriction>>,
    /// Where it was written.
    pub place: Place,
}

/// What a token may do in one plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Plugin id.
    pub plugin: String,
    /// Permission names; empty for any.
    pub permissions: Vec<String>,
    /// Permission actions (`create`, `read`, `update`, `delete`); empty for any.
    pub actions: Vec<String>,
}

/// Shorter tokens can be guessed.
const STRONG: usize = 32;

/// `backend.auth.externalAccess` by type, and `backend.auth.keys`.
#[derive(Default)]
pub(super) struct ExternalAccess {
    pub(super) tokens: Vec<ServiceToken>,
    pub(super) legacy: Vec<LegacyAccess>,
    pub(super) issuers: Vec<IssuerAccess>,
}

/// Reads `backend.auth.externalAccess` and `backend.auth.keys`.
pub(super) fn external_access(config: &Config, mode: Mode, findings: &mut Findings) -> ExternalAccess {
    let mut found =
        ExternalAccess { legacy: auth::keys(config, mode, findings), ..ExternalAccess::default() };
    for entry in findings.take(config.at("backend.auth.externalAccess").items()).unwrap_or_default() {
        if findings.has_losses(&entry, "token") {
            continue;
        }
        let kind = entry.at("type");
        match findings.keep(kind.required_string()) {
            Some("static") => {
                let Some(token) = static_token(&entry, mode, findings) else { continue };
                let is_taken = found.tokens.iter().any(|other| other.token.expose() == token.token.expose());
                used_twice(&entry.at("options.token"), &token.subject, is_taken, findings);
                found.tokens.push(token);
            }
            Some("legacy") => {
                let Some(legacy) = auth::legacy(&entry, mode, findings) else { continue };
                let is_taken =
                    found.legacy.iter().any(|other| other.secret.expose() == legacy.secret.expose());
                used_twice(&entry.at("options.secret"), &legacy.subject, is_taken, findings);
                found.legacy.push(legacy);
            }
            Some("jwks") => found.issuers.extend(auth::issuer(&entry, mode, findings)),
            Some(other) => findings.push(
                kind.problem(format!("unknown type `{other}` of external access", other = shown(other)))
                    .fix("write `type: static`, `legacy` or `jwks`"),
            ),
            None => {}
        }
    }
    found
}

/// Of two entries with one secret, nobody could tell whose limits count.
fn used_twice(value: &ValueRef<'_>, subject: &str, is_taken: bool, findings: &mut Findings) {
    if is_taken {
        findings.push(
            value
                .problem(format!("`{subject}` has the token of another entry"))
                .fix("give each subject a token of its own"),
        );
    }
}

fn static_token(entry: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<ServiceToken> {
    let token = entry.at("options.token");
    let text = findings.keep(token.required_string());
    let subject = findings.keep(subject(&entry.at("options.subject")));
    let restrictions = restrictions(&entry.at("accessRestrictions"), findings)?;
    let (text, subject) = (text?, subject?);
    if text.chars().count() < 8 || text.contains(char::is_whitespace) {
        findings.push(
            token
                .problem("a static token has at least 8 characters and no white space")
                .fix("make one with `openssl rand -base64 32`"),
        );
        return None;
    }
    if mode == Mode::Production && is_weak(text) {
        findings.push(
            token
                .warning(format!("the token of `{subject}` is short or repeats itself, so it can be guessed"))
                .fix("make one with `openssl rand -base64 32`"),
        );
    }
    let place = entry.near_place().clone();
    Some(ServiceToken { token: Secret::new(text.to_owned()), subject, restrictions, place })
}

/// Whom bearers are taken for.
pub(super) fn subject(value: &ValueRef<'_>) -> Result<String, Problem> {
    let subject = value.required_string()?;
    if subject.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(value.problem("a subject holds no white space").fix("write for example `ci`"));
    }
    // A subject is taken verbatim into audit records, where it must not pass for a person.
    if subject.to_ascii_lowercase().starts_with("user:") {
        return Err(value.problem("a service's subject cannot be a user").fix("write for example `ci`"));
    }
    Ok(subject.to_owned())
}

/// Whether a token is short, or has fewer than 96 bits by the frequency of its characters.
fn is_weak(token: &str) -> bool {
    let length = token.chars().count();
    if length < STRONG {
        return true;
    }
    let mut counts = std::collections::BTreeMap::<char, u32>::new();
    for c in token.chars() {
        *counts.entry(c).or_default() += 1;
    }
    let length = f64::from(u32::try_from(length).unwrap_or(u32::MAX));
    let bits: f64 =
        counts.values().map(|count| f64::from(*count) * (length / f64::from(*count)).log2()).sum();
    bits < 96.0
}

/// `Some(None)` when there are none; `None` when they are wrong, and noted.
#[expect(clippy::option_option, reason = "absent and wrong must not be confused: absent lifts every limit")]
pub(super) fn restrictions(
    value: &ValueRef<'_>,
    findings: &mut Findings,
) -> Option<Option<Vec<Restriction>>> {
    findings.not_blank(std::slice::from_ref(value));
    let Some(items) = findings.keep(value.items())? else { return Some(None) };
    if items.is_empty() {
        findings.push(
            value
                .problem("`accessRestrictions` is an empty list, which would lift every limit")
                .fix("name the plugins that the token is for, or remove the key"),
        );
        return None;
    }
    let mut found: Vec<Restriction> = Vec::new();
    for item in &items {
        let restriction = restriction(item, findings)?;
        if found.iter().any(|other| other.plugin == restriction.plugin) {
            findings.push(
                item.problem(format!(
                    "Attempted to declare 'accessRestrictions' twice for plugin '{}', which is not permitted",
                    restriction.plugin
                ))
                .fix("put the permissions of a plugin into one entry"),
            );
            return None;
        }
        found.push(restriction);
    }
    Some(Some(found))
}

fn restriction(item: &ValueRef<'_>, findings: &mut Findings) -> Option<Restriction> {
    let attributes = item.at("permissionAttribute");
    only(item, &["plugin", "permission", "permissionAttribute"], findings);
    only(&attributes, &["action"], findings);
    findings.not_blank(&[item.at("permission"), attributes.clone(), attributes.at("action")]);
    let plugin = findings.keep(item.at("plugin").required_string());
    let permissions = words(&item.at("permission"), findings);
    let action = attributes.at("action");
    if attributes.is_object() && !action.exists() && !action.is_blank() {
        findings
            .push(attributes.problem("`permissionAttribute` names no action").fix("write `action: read`"));
    }
    let actions = words(&action, findings);
    for unknown in actions
        .iter()
        .flatten()
        .filter(|action| !["create", "read", "update", "delete"].contains(&action.as_str()))
    {
        findings.push(
            action
                .problem(format!("`{unknown}` is no action", unknown = shown(unknown)))
                .fix("write create, read, update or delete"),
        );
    }
    Some(Restriction { plugin: plugin?.to_owned(), permissions: permissions?, actions: actions? })
}

/// Words of a list, or of one string with commas or spaces. Absent is empty; written and empty is
/// an error, because empty means any.
pub(super) fn words(value: &ValueRef<'_>, findings: &mut Findings) -> Option<Vec<String>> {
    let Some(texts) = findings.keep(value.string_or_strings())? else { return Some(Vec::new()) };
    let words: Vec<String> = texts
        .iter()
        .flat_map(|text| text.split([',', ' ', '\t', '\n']))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        findings.push(
            value
                .problem(format!("`{}` is empty, which would lift the limit", value.key()))
                .fix("write what is allowed, or remove the key"),
        );
        return None;
    }
    Some(words)
}

/// Notes keys that nobody reads: a misspelt limit is no limit.
pub(super) fn only(value: &ValueRef<'_>, known: &[&str], findings: &mut Findings) {
    for (name, child) in findings.keep(value.all_entries()).unwrap_or_default() {
        if !known.contains(&name) {
            findings.push(
                child
                    .problem(format!("unknown key `{name}`", name = shown(name)))
                    .at(Some(child.key_place()))
                    .fix(format!("the keys here are {}", known.join(", "))),
            );
        }
    }
}

#[cfg(test)]
mod tests;
