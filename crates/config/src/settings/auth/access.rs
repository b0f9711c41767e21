//! `backend.auth.externalAccess` of the types legacy and jwks, and `backend.auth.keys`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use model::Secret;

use super::super::findings::{Findings, shown};
use super::super::tokens::{only, restrictions, subject, words};
use super::oidc::ALGORITHMS;
use super::template::is_from_template;
use super::words::{required_address, word};
use super::{IssuerAccess, LegacyAccess};
use crate::{Config, Mode, ValueRef};

/// Fewest bytes of a shared secret.
const SECRET_BYTES: usize = 16;
/// Most issuers, audiences and algorithms of an entry, and most bytes of each.
const NAMES: (usize, usize) = (20, 512);
/// Most bytes of a prefix of subjects.
const PREFIX_BYTES: usize = 128;
/// Who bears a token that is signed with one of `backend.auth.keys`, as in the reference.
const BACKEND: &str = "external:backstage-plugin";

/// Reads an entry of type legacy.
pub(in super::super) fn legacy(
    entry: &ValueRef<'_>,
    mode: Mode,
    findings: &mut Findings,
) -> Option<LegacyAccess> {
    let options = entry.at("options");
    only(&options, &["secret", "subject"], findings);
    let secret = shared_secret(&options.at("secret"), mode, findings);
    let subject = findings.keep(subject(&options.at("subject")));
    let restrictions = restrictions(&entry.at("accessRestrictions"), findings)?;
    Some(LegacyAccess { secret: secret?, subject: subject?, restrictions, place: entry.near_place().clone() })
}

/// Reads `backend.auth.keys`.
pub(in super::super) fn keys(config: &Config, mode: Mode, findings: &mut Findings) -> Vec<LegacyAccess> {
    let value = config.at("backend.auth.keys");
    let mut found = Vec::new();
    for entry in findings.take(value.items()).unwrap_or_default() {
        if findings.has_losses(&entry, "key") {
            continue;
        }
        let Some(secret) = shared_secret(&entry.at("secret"), mode, findings) else { continue };
        let (subject, place) = (BACKEND.to_owned(), entry.near_place().clone());
        found.push(LegacyAccess { secret, subject, restrictions: None, place });
    }
    if !found.is_empty() {
        findings.push(
            value
                .warning(format!(
                    "`backend.auth.keys` is deprecated: whoever has the secret calls everything as `{BACKEND}`"
                ))
                .fix(
                    "remove the key; programs outside get an entry of `backend.auth.externalAccess`, with \
                     accessRestrictions",
                ),
        );
    }
    found
}

fn shared_secret(value: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<Secret<String>> {
    let text = findings.keep(value.required_string())?.trim();
    let bytes = STANDARD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text));
    let wrong = match bytes {
        Err(_) => "is not base64".to_owned(),
        Ok(bytes) if bytes.len() < SECRET_BYTES => format!("is shorter than {SECRET_BYTES} bytes"),
        Ok(_) if mode == Mode::Production && is_from_template(text) => "is known from templates".to_owned(),
        Ok(_) => return Some(Secret::new(text.to_owned())),
    };
    findings.push(
        value.problem(format!("the shared secret {wrong}")).fix("make one with `openssl rand -base64 32`"),
    );
    None
}

/// Reads an entry of type jwks.
pub(in super::super) fn issuer(
    entry: &ValueRef<'_>,
    mode: Mode,
    findings: &mut Findings,
) -> Option<IssuerAccess> {
    let options = entry.at("options");
    only(&options, &["url", "issuer", "audience", "algorithm", "subjectPrefix"], findings);
    let keys = required_address(&options.at("url"), mode, findings);
    let issuers = required_names(
        &options.at("issuer"),
        "then whoever has a token of any issuer behind these keys comes in",
        findings,
    );
    let audiences = required_names(
        &options.at("audience"),
        "then a token that was made for anything else comes in",
        findings,
    );
    let algorithm = options.at("algorithm");
    findings.not_blank(std::slice::from_ref(&algorithm));
    let algorithms = words(&algorithm, findings)?;
    for other in algorithms.iter().filter(|name| !ALGORITHMS.contains(&name.as_str())) {
        findings.push(
            algorithm
                .problem(format!("`{}` is no algorithm with a public key that is known", shown(other)))
                .fix(format!("write one of {}", ALGORITHMS.join(", "))),
        );
    }
    let subject_prefix = word(&options.at("subjectPrefix"), PREFIX_BYTES, findings);
    let restrictions = restrictions(&entry.at("accessRestrictions"), findings)?;
    Some(IssuerAccess {
        keys: keys?,
        issuers: issuers?,
        audiences: audiences?,
        algorithms,
        subject_prefix,
        restrictions,
        place: entry.near_place().clone(),
    })
}

/// One name or a list of them, each as it stands in tokens.
fn required_names(value: &ValueRef<'_>, why: &str, findings: &mut Findings) -> Option<Vec<String>> {
    let texts = findings.keep(value.string_or_strings())?.unwrap_or_default();
    let (most, bytes) = NAMES;
    let wrong = match () {
        () if texts.is_empty() => format!("none is named: {why}"),
        () if texts.len() > most => format!("more than {most} are named"),
        () if texts.iter().any(|text| text.len() > bytes) => format!("one is longer than {bytes} bytes"),
        () => return Some(texts.into_iter().map(str::to_owned).collect()),
    };
    findings.push(
        value
            .problem(format!("`{}` is refused: {wrong}", value.key()))
            .fix("write what stands in this issuer's tokens that are made for the portal"),
    );
    None
}
