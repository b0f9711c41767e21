//! Providers that are OpenID Connect with addresses of their own: google, microsoft, okta, gitlab.

use std::time::Duration;

use url::Url;

use super::super::findings::{Findings, shown};
use super::client::{self, client};
use super::oidc::{discovery, start_parameters};
use super::words::{address, required_address, required_word, unused, word};
use super::{OidcPreset, OidcSettings, Prompt, TokenEndpointAuth};
use crate::{Mode, ValueRef};

/// Most bytes of a name in one of their addresses.
const NAME_BYTES: usize = 128;

/// Words of Microsoft's that stand for many tenants.
const MANY: [&str; 3] = ["common", "organizations", "consumers"];

/// What a preset makes of its own keys.
struct Own {
    issuer: Url,
    start_parameters: Vec<(String, String)>,
    domain: Option<String>,
}

/// Reads one environment of a preset.
pub(super) fn preset(
    preset: OidcPreset,
    block: &ValueRef<'_>,
    mode: Mode,
    findings: &mut Findings,
) -> Option<OidcSettings> {
    let (keys, own) = match preset {
        OidcPreset::None => return None,
        OidcPreset::Google => (&["startUrlSearchParams"][..], google(block, findings)),
        OidcPreset::Microsoft => (&["tenantId", "domainHint"][..], microsoft(block, findings)),
        OidcPreset::Okta => (&["audience", "authServerId", "idp"][..], okta(block, mode, findings)),
        OidcPreset::GitLab => (&["audience"][..], gitlab(block, mode, findings)),
    };
    unused(block, &[&client::KEYS[..], keys].concat(), findings);
    let client = client(block, mode, findings)?;
    let Own { issuer, start_parameters, domain } = own?;
    Some(OidcSettings {
        client,
        preset,
        metadata: discovery(issuer),
        prompt: Prompt::Auto,
        start_parameters,
        // As the reference does for these; clients are registered for it.
        token_endpoint_auth: TokenEndpointAuth::Post,
        algorithm: "RS256".to_owned(),
        timeout: Duration::from_secs(10),
        domain,
    })
}

fn of(issuer: &str, start_parameters: Vec<(String, String)>) -> Option<Own> {
    Some(Own { issuer: Url::parse(issuer).ok()?, start_parameters, domain: None })
}

fn google(block: &ValueRef<'_>, findings: &mut Findings) -> Option<Own> {
    let (start_parameters, domain) = start_parameters(&block.at("startUrlSearchParams"), findings);
    Some(Own { domain, ..of("https://accounts.google.com", start_parameters)? })
}

fn microsoft(block: &ValueRef<'_>, findings: &mut Findings) -> Option<Own> {
    let value = block.at("tenantId");
    let tenant = segment(&value, findings)?;
    if MANY.iter().any(|many| tenant.eq_ignore_ascii_case(many)) {
        findings.push(
            value
                .problem(format!(
                    "`tenantId: {}` lets accounts of every organisation come, so that no issuer can be checked",
                    shown(&tenant)
                ))
                .fix(
                    "write the id of your own tenant (Entra admin center, Overview, Tenant ID); for a second tenant \
                     configure a provider `oidc` with its issuer",
                ),
        );
        return None;
    }
    let hint = word(&block.at("domainHint"), NAME_BYTES, findings);
    of(
        &format!("https://login.microsoftonline.com/{tenant}/v2.0"),
        hint.map(|hint| ("domain_hint".to_owned(), hint)).into_iter().collect(),
    )
}

fn okta(block: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<Own> {
    let mut issuer = required_address(&block.at("audience"), mode, findings)?;
    let server = block.at("authServerId");
    if server.exists() {
        let server = segment(&server, findings)?;
        issuer.set_path(&format!("{}/oauth2/{server}", issuer.path().trim_end_matches('/')));
    }
    let idp = word(&block.at("idp"), NAME_BYTES, findings);
    let start_parameters = idp.map(|idp| ("idp".to_owned(), idp)).into_iter().collect();
    Some(Own { issuer, start_parameters, domain: None })
}

fn gitlab(block: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<Own> {
    let audience = block.at("audience");
    // Without it people of gitlab.com would come in instead.
    findings.not_blank(std::slice::from_ref(&audience));
    if !audience.exists() {
        return of("https://gitlab.com", Vec::new());
    }
    Some(Own { issuer: address(&audience, mode, findings)?, start_parameters: Vec::new(), domain: None })
}

/// A name that becomes a part of an address, and only that.
fn segment(value: &ValueRef<'_>, findings: &mut Findings) -> Option<String> {
    let text = required_word(value, NAME_BYTES, findings)?;
    let is_name = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if !is_name || text.chars().all(|c| c == '.') {
        findings.push(
            value
                .problem(format!("`{}` is no id", shown(&text)))
                .fix("write it as the provider shows it: letters, digits, `-`, `_` and `.`"),
        );
        return None;
    }
    Some(text)
}
