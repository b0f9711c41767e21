//! What an OAuth provider's blocks have in common.

use std::collections::BTreeSet;

use model::Secret;

use super::super::findings::{Findings, shown};
use super::OAuthClient;
use super::template::is_from_template;
use super::words::{address, required_word};
use crate::{Mode, ValueRef};

/// Most bytes of a client's id.
const ID_BYTES: usize = 512;
/// Most bytes of a client's secret.
const SECRET_BYTES: usize = 4_096;
/// Fewest characters of a client's secret.
const SECRET_CHARACTERS: usize = 8;
/// Most additional scopes.
const SCOPES: usize = 20;
/// Most bytes of a scope.
const SCOPE_BYTES: usize = 256;

/// Keys that every OAuth provider has.
pub(super) const KEYS: [&str; 6] =
    ["clientId", "clientSecret", "callbackUrl", "additionalScopes", "sessionDuration", "signIn"];

/// Reads `clientId`, `clientSecret`, `callbackUrl` and `additionalScopes` of a provider's block.
pub(super) fn client(block: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<OAuthClient> {
    let id = required_word(&block.at("clientId"), ID_BYTES, findings);
    let secret = secret(&block.at("clientSecret"), mode, findings);
    let callback = address(&block.at("callbackUrl"), mode, findings);
    let scopes = scopes(&block.at("additionalScopes"), findings);
    Some(OAuthClient { id: id?, secret: secret?, callback, scopes })
}

fn secret(value: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<Secret<String>> {
    let text = findings.keep(value.required_string())?;
    let wrong = match () {
        () if text.len() > SECRET_BYTES => format!("it is longer than {SECRET_BYTES} bytes"),
        () if text.contains(char::is_control) => "it holds control characters".to_owned(),
        // Doubles of a provider, on a developer's machine, have any secret.
        () if mode == Mode::Development => return Some(Secret::new(text.to_owned())),
        () if text.chars().count() < SECRET_CHARACTERS => {
            format!("it is shorter than {SECRET_CHARACTERS} characters")
        }
        () if is_from_template(text) => {
            "it is known from templates, so whoever reads them can pose as this portal".to_owned()
        }
        () => return Some(Secret::new(text.to_owned())),
    };
    findings.push(value.problem(format!("this client secret is refused: {wrong}")).fix(
        "have the identity provider make a new secret, and take it from a variable or a file that is mounted",
    ));
    None
}

/// Words of a list, or of one string with commas or spaces, each once.
fn scopes(value: &ValueRef<'_>, findings: &mut Findings) -> Vec<String> {
    let texts = findings.take(value.string_or_strings()).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let words: Vec<String> = texts
        .iter()
        .flat_map(|text| text.split(|c: char| c == ',' || c.is_whitespace()))
        .filter(|word| !word.is_empty() && seen.insert(*word))
        .map(str::to_owned)
        .collect();
    if words.len() > SCOPES {
        findings.push(
            value
                .problem(format!("{} additional scopes; at most {SCOPES} are asked for", words.len()))
                .fix("name only those that plugins need"),
        );
    }
    // RFC 6749 §3.3: `scope-token`.
    let is_scope = |word: &String| {
        word.len() <= SCOPE_BYTES
            && word.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte))
    };
    if let Some(word) = words.iter().find(|word| !is_scope(word)) {
        findings.push(
            value
                .problem(format!("`{}` is no scope", shown(word)))
                .fix("write scopes as the provider names them"),
        );
    }
    words
}
