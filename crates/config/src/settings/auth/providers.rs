//! `auth.providers`: which there are, and in which environments.

use super::super::findings::{Findings, shown};
use super::super::table::Table;
use super::github::github;
use super::guest::guest;
use super::oidc::oidc;
use super::presets::preset;
use super::proxies::{alb, cloudflare, iap, oauth2_proxy};
use super::resolvers::resolvers;
use super::words::session;
use super::{OidcPreset, ProviderKind, ProviderSettings};
use crate::{Config, Mode, ValueRef};

/// Most providers.
const PROVIDERS: usize = 50;
/// Most environments of a provider.
const ENVIRONMENTS: usize = 20;
/// Most bytes of an environment's name.
const NAME_BYTES: usize = 64;

/// What one that speaks OAuth is read with.
type OAuth = fn(&str, &ValueRef<'_>, Mode, &mut Findings) -> Option<ProviderKind>;

/// Reads `auth.providers`, and `stagedoor.signIn.unverifiedEmail` about them.
pub(super) fn providers(
    config: &Config,
    table: &Table,
    mode: Mode,
    findings: &mut Findings,
) -> Vec<ProviderSettings> {
    let value = config.at("auth.providers");
    let entries = findings.keep(value.entries()).unwrap_or_default();
    if entries.len() > PROVIDERS {
        findings.push(
            value
                .problem(format!("{} providers; at most {PROVIDERS} are offered", entries.len()))
                .fix("keep those by which people sign in"),
        );
        return Vec::new();
    }
    let mut found = Vec::new();
    for (id, entry) in &entries {
        match oauth(id) {
            Some(read) => environments(id, entry, read, mode, findings, &mut found),
            None => found.extend(without_environment(id, entry, table, mode, findings)),
        }
    }
    let unsaid = table.at("signIn.unverifiedEmail");
    for id in findings.take(unsaid.strings()).unwrap_or_default() {
        let named = found.iter_mut().filter(|provider| provider.id == id);
        if named.map(|provider| provider.unsaid_email_counts = true).count() == 0 {
            findings.push(
                unsaid
                    .warning(format!("no provider `{}` is configured", shown(id)))
                    .fix("name the provider's key below `auth.providers`, or remove it here"),
            );
        }
    }
    found
}

fn oauth(id: &str) -> Option<OAuth> {
    Some(match id {
        "github" => |_, block, mode, findings| github(block, mode, findings).map(ProviderKind::GitHub),
        "oidc" => |_, block, mode, findings| oidc(block, mode, findings).map(ProviderKind::Oidc),
        "google" | "microsoft" | "okta" | "gitlab" => |id, block, mode, findings| {
            let which = match id {
                "google" => OidcPreset::Google,
                "microsoft" => OidcPreset::Microsoft,
                "okta" => OidcPreset::Okta,
                _ => OidcPreset::GitLab,
            };
            preset(which, block, mode, findings).map(ProviderKind::Oidc)
        },
        _ => return None,
    })
}

/// Every key of a provider that speaks OAuth is an environment.
fn environments(
    id: &str,
    entry: &ValueRef<'_>,
    read: OAuth,
    mode: Mode,
    findings: &mut Findings,
    found: &mut Vec<ProviderSettings>,
) {
    let blocks = findings.keep(entry.entries()).unwrap_or_default();
    if blocks.len() > ENVIRONMENTS {
        findings.push(
            entry
                .problem(format!("{} environments; at most {ENVIRONMENTS} are possible", blocks.len()))
                .fix("keep those that this portal is used in"),
        );
        return;
    }
    for (name, block) in blocks {
        if !block.is_object() || name.len() > NAME_BYTES {
            findings.push(
                block
                    .problem(format!(
                        "the keys below `{}` are environments, and `{}` is none",
                        entry.key(),
                        shown(name)
                    ))
                    .fix(
                        "put the provider's keys below the name of an environment, for example `production:`",
                    ),
            );
            continue;
        }
        // Half a provider may let in more than the whole.
        if findings.has_losses(&block, "provider") {
            continue;
        }
        let resolvers = resolvers(id, &block, findings);
        let session = session(&block, findings);
        let Some(kind) = read(id, &block, mode, findings) else { continue };
        found.push(ProviderSettings {
            id: id.to_owned(),
            environment: Some(name.to_owned()),
            kind,
            resolvers,
            session,
            unsaid_email_counts: false,
            place: block.near_place().clone(),
        });
    }
}

fn without_environment(
    id: &str,
    entry: &ValueRef<'_>,
    table: &Table,
    mode: Mode,
    findings: &mut Findings,
) -> Option<ProviderSettings> {
    let is_known = ["guest", "awsalb", "gcpIap", "cfaccess", "oauth2Proxy"].contains(&id);
    if !is_known {
        findings.push(
            entry
                .warning(format!("the provider `{}` is not supported: its paths answer 404", shown(id)))
                .at(Some(entry.key_place()))
                .fix("most identity providers speak OpenID Connect: configure yours as `oidc`, or hide this with `null`"),
        );
        return None;
    }
    // Who lets guests in in production is told elsewhere.
    if (id == "guest" && mode == Mode::Production) || findings.has_losses(entry, "provider") {
        return None;
    }
    findings.keep(entry.entries())?;
    let kind = match id {
        "guest" => ProviderKind::Guest(guest(entry, findings)?),
        "awsalb" => ProviderKind::AwsAlb(alb(entry, mode, findings)?),
        "gcpIap" => ProviderKind::GcpIap(iap(entry, mode, findings)?),
        "cfaccess" => ProviderKind::CfAccess(cloudflare(entry, mode, findings)?),
        _ => ProviderKind::OAuth2Proxy(oauth2_proxy(entry, table, mode, findings)?),
    };
    let is_guest = matches!(kind, ProviderKind::Guest(_));
    Some(ProviderSettings {
        id: id.to_owned(),
        environment: None,
        kind,
        resolvers: if is_guest { None } else { resolvers(id, entry, findings) },
        session: if is_guest { None } else { session(entry, findings) },
        unsaid_email_counts: false,
        place: entry.near_place().clone(),
    })
}
