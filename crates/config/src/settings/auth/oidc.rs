//! `auth.providers.oidc`: any issuer with a discovery document.

use std::time::Duration;

use url::Url;

use super::super::findings::{Findings, shown};
use super::client::{self, client};
use super::words::{required_address, unused};
use super::{OidcPreset, OidcSettings, Prompt, TokenEndpointAuth};
use crate::{Mode, ValueRef};

/// Algorithms with a public key that ID tokens may be signed with.
pub(super) const ALGORITHMS: [&str; 9] =
    ["ES256", "ES384", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"];
/// Most parameters that are added to the authorization request, and most bytes of each.
const PARAMETERS: (usize, usize) = (20, 1_024);
/// Parameters that are ours: who could write them would undo what protects a sign-in.
const OURS: [&str; 12] = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
];

const KEYS: [&str; 6] = [
    "metadataUrl",
    "tokenEndpointAuthMethod",
    "tokenSignedResponseAlg",
    "prompt",
    "startUrlSearchParams",
    "timeout",
];

/// Reads one environment of `auth.providers.oidc`.
pub(super) fn oidc(block: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<OidcSettings> {
    let scope = block.at("scope");
    if scope.exists() {
        findings.push(
            scope
                .problem("The oidc provider no longer supports the \"scope\" configuration option")
                .fix("write `additionalScopes`; `openid profile email` is always asked for"),
        );
    }
    unused(block, &[&client::KEYS[..], &KEYS, &["scope"]].concat(), findings);
    let metadata = required_address(&block.at("metadataUrl"), mode, findings).map(discovery);
    let client = client(block, mode, findings);
    let (start_parameters, domain) = start_parameters(&block.at("startUrlSearchParams"), findings);
    let prompt = prompt(&block.at("prompt"), findings);
    let token_endpoint_auth = token_endpoint_auth(&block.at("tokenEndpointAuthMethod"), findings);
    let algorithm = algorithm(&block.at("tokenSignedResponseAlg"), findings);
    let timeout = timeout(&block.at("timeout"), findings);
    Some(OidcSettings {
        client: client?,
        preset: OidcPreset::None,
        metadata: metadata?,
        prompt,
        start_parameters,
        token_endpoint_auth,
        algorithm,
        timeout,
        domain,
    })
}

/// Where the discovery document of an issuer is (OpenID Connect Discovery 1.0 §4); an address that already names it stays.
pub(super) fn discovery(mut issuer: Url) -> Url {
    if !issuer.path().contains("/.well-known/") {
        let path = format!("{}/.well-known/openid-configuration", issuer.path().trim_end_matches('/'));
        issuer.set_path(&path);
    }
    issuer
}

fn prompt(value: &ValueRef<'_>, findings: &mut Findings) -> Prompt {
    let Some(text) = findings.take(value.string()) else { return Prompt::Auto };
    let words: Vec<&str> = text.split(' ').collect();
    match words[..] {
        ["auto"] => return Prompt::Auto,
        ["none"] => findings.push(
            value
                .warning(
                    "with `prompt: none` the provider may ask nothing: only those come in who are signed in there \
                     already and have agreed; everybody else gets an error in place of the provider's page",
                )
                .fix("write `prompt: auto`, which lets the provider decide"),
        ),
        _ if !words.iter().all(|word| ["login", "consent", "select_account", "create"].contains(word)) => {
            findings.push(
                value
                    .problem(format!("`{}` is no prompt", shown(text)))
                    .fix("write auto, or login, consent, select_account"),
            );
        }
        _ => {}
    }
    Prompt::Word(text.to_owned())
}

/// What is added to the authorization request, and the domain it names: the provider takes `hd` as a hint alone, and who
/// writes it means that nobody else comes in.
pub(super) fn start_parameters(
    value: &ValueRef<'_>,
    findings: &mut Findings,
) -> (Vec<(String, String)>, Option<String>) {
    let entries = findings.keep(value.entries()).unwrap_or_default();
    let (most, bytes) = PARAMETERS;
    if entries.len() > most {
        findings.push(
            value
                .problem(format!("{} parameters; at most {most} are added to the request", entries.len()))
                .fix("keep those that the provider knows"),
        );
        return (Vec::new(), None);
    }
    let mut found = Vec::new();
    let mut domain = None;
    for (name, child) in entries {
        let Some(text) = findings.keep(child.required_string()) else { continue };
        let wrong = match name {
            _ if OURS.contains(&name) => "it is part of what protects a sign-in",
            "prompt" => "there is a key for it",
            _ if name.len() + text.len() > bytes => "it is too long",
            _ => "",
        };
        if !wrong.is_empty() {
            findings.push(
                child
                    .problem(format!("the parameter `{}` cannot be written here: {wrong}", shown(name)))
                    .fix("remove it; `prompt` and `additionalScopes` have keys of their own"),
            );
        }
        if name == "hd" && text != "*" {
            domain = Some(text.to_owned());
        }
        found.push((name.to_owned(), text.to_owned()));
    }
    (found, domain)
}

fn token_endpoint_auth(value: &ValueRef<'_>, findings: &mut Findings) -> TokenEndpointAuth {
    match findings.take(value.string()) {
        None | Some("client_secret_basic") => TokenEndpointAuth::Basic,
        Some("client_secret_post") => TokenEndpointAuth::Post,
        Some(other) => {
            findings.push(
                value
                    .problem(format!("the method `{}` is not supported", shown(other)))
                    .fix("write client_secret_basic or client_secret_post"),
            );
            TokenEndpointAuth::Basic
        }
    }
}

fn algorithm(value: &ValueRef<'_>, findings: &mut Findings) -> String {
    let text = findings.take(value.string()).unwrap_or("RS256");
    if !ALGORITHMS.contains(&text) {
        findings.push(
            value
                .problem(format!(
                    "ID tokens signed with `{}` are not taken: it has no public key",
                    shown(text)
                ))
                .fix(format!("write one of {}", ALGORITHMS.join(", "))),
        );
    }
    text.to_owned()
}

fn timeout(value: &ValueRef<'_>, findings: &mut Findings) -> Duration {
    let found = findings.take(value.duration()).unwrap_or(Duration::from_secs(10));
    if found < Duration::from_secs(1) || found > Duration::from_mins(1) {
        findings.push(
            value
                .problem("a request to the provider may take from a second to a minute")
                .fix("write for example `10s`"),
        );
    }
    found
}
