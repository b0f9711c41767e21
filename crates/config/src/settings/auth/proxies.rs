//! Providers that stand before us and hand on who comes: awsalb, gcpIap, cfaccess, oauth2Proxy.

use super::super::findings::{Findings, shown};
use super::super::table::Table;
use super::words::{required_address, required_word, strict, unused, word};
use super::{AlbSettings, CloudflareSettings, IapSettings, OAuth2ProxySettings, ProxyTrust};
use crate::{Mode, ValueRef};

/// Most bytes of an audience, an issuer, a signer.
const NAME_BYTES: usize = 512;
/// Most bytes of a header's name.
const HEADER_BYTES: usize = 128;

/// Keys that each of them has.
const KEYS: [&str; 2] = ["signIn", "sessionDuration"];

/// Reads `auth.providers.awsalb`.
pub(super) fn alb(value: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<AlbSettings> {
    unused(value, &[&KEYS[..], &["issuer", "region", "signer"]].concat(), findings);
    let issuer = value.at("issuer");
    // The claim is compared as it is written here: an address that is normalised would not be the same.
    let issuer = required_address(&issuer, mode, findings).and_then(|_| word(&issuer, NAME_BYTES, findings));
    let region = label(&value.at("region"), findings);
    let signer = value.at("signer");
    if !signer.exists() {
        findings.push(strict(
            mode,
            signer
                .problem("`signer` is not written: whatever balancer of the region signs would be believed")
                .fix("write `signer: arn:aws:elasticloadbalancing:…`, the ARN of your own balancer"),
        ));
        return None;
    }
    let signer = required_word(&signer, NAME_BYTES, findings).filter(|arn| {
        let is_arn = arn.starts_with("arn:") && arn.split(':').nth(2) == Some("elasticloadbalancing");
        if !is_arn {
            findings.push(
                signer.problem(format!("`{}` is not the ARN of a load balancer", shown(arn))).fix(
                    "write `arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<name>/<id>`",
                ),
            );
        }
        is_arn
    });
    Some(AlbSettings { issuer: issuer?, region: region?, signer: signer? })
}

/// Reads `auth.providers.gcpIap`.
pub(super) fn iap(value: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<IapSettings> {
    unused(value, &[&KEYS[..], &["audience", "jwtHeader"]].concat(), findings);
    let audience = audience(
        value,
        mode,
        "write `audience: /projects/<number>/global/backendServices/<id>`, as the Identity-Aware Proxy page shows it",
        findings,
    );
    let header = header(&value.at("jwtHeader"), "x-goog-iap-jwt-assertion", findings);
    Some(IapSettings { audience: audience?, header: header? })
}

/// Reads `auth.providers.cfaccess`.
pub(super) fn cloudflare(
    value: &ValueRef<'_>,
    mode: Mode,
    findings: &mut Findings,
) -> Option<CloudflareSettings> {
    unused(value, &[&KEYS[..], &["teamName", "audience", "jwtHeaderName"]].concat(), findings);
    let team = label(&value.at("teamName"), findings);
    let audience = audience(
        value,
        mode,
        "write `audience`, the Application Audience (AUD) tag of the application in Cloudflare Access",
        findings,
    );
    let header = header(&value.at("jwtHeaderName"), "cf-access-jwt-assertion", findings);
    Some(CloudflareSettings { team: team?, audience: audience?, header: header? })
}

/// Reads `auth.providers.oauth2Proxy`, and what proves its word: `stagedoor.signIn.oauth2Proxy`.
pub(super) fn oauth2_proxy(
    value: &ValueRef<'_>,
    table: &Table,
    mode: Mode,
    findings: &mut Findings,
) -> Option<OAuth2ProxySettings> {
    unused(value, &KEYS, findings);
    let trust = table.at("signIn.oauth2Proxy");
    if !trust.exists() {
        findings.push(strict(
            mode,
            value
                .problem("oauth2-proxy is not believed: whoever reaches this port could send its headers")
                .fix(
                    "write `stagedoor: { signIn: { oauth2Proxy: { metadataUrl: …, clientId: … } } }`, of the provider \
                     behind the proxy, and have it hand on ID tokens (`--pass-authorization-header`)",
                ),
        ));
        return None;
    }
    let metadata = required_address(&trust.at("metadataUrl"), mode, findings).map(super::oidc::discovery);
    let client_id = required_word(&trust.at("clientId"), NAME_BYTES, findings);
    Some(OAuth2ProxySettings { trust: ProxyTrust::IdToken { metadata: metadata?, client_id: client_id? } })
}

fn audience(value: &ValueRef<'_>, mode: Mode, fix: &str, findings: &mut Findings) -> Option<String> {
    let audience = value.at("audience");
    if !audience.exists() {
        findings.push(strict(
            mode,
            audience
                .problem("`audience` is not written: tokens made for any other application would be believed")
                .fix(fix),
        ));
        return None;
    }
    required_word(&audience, NAME_BYTES, findings)
}

/// A name that becomes the first part of a host.
fn label(value: &ValueRef<'_>, findings: &mut Findings) -> Option<String> {
    let text = required_word(value, 63, findings)?;
    let edges = text.starts_with('-') || text.ends_with('-');
    if edges || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        findings.push(
            value
                .problem(format!("`{}` cannot be a part of a host", shown(&text)))
                .fix("write letters, digits and `-`, without dots"),
        );
        return None;
    }
    Some(text.to_ascii_lowercase())
}

/// A header's name, in lower case. One that means something else to us is none of a proxy's.
fn header(value: &ValueRef<'_>, usual: &str, findings: &mut Findings) -> Option<String> {
    let Some(name) = word(value, HEADER_BYTES, findings) else { return Some(usual.to_owned()) };
    let name = name.to_ascii_lowercase();
    let is_token = name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c));
    if !is_token || ["authorization", "cookie", "host", "origin"].contains(&name.as_str()) {
        findings.push(
            value
                .problem(format!("`{}` is not a header that a proxy hands a token on in", shown(&name)))
                .fix(format!("remove the key, which leaves `{usual}`")),
        );
        return None;
    }
    Some(name)
}
