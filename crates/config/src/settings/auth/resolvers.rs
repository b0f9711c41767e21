//! `signIn.resolvers`: how the person a provider names is found in the catalog.

use super::super::findings::{Findings, shown};
use super::super::tokens::only;
use super::ResolverSettings;
use crate::ValueRef;

/// Most resolvers of a provider.
const RESOLVERS: usize = 20;
/// Most domains of a resolver.
const DOMAINS: usize = 100;

const PROFILE_EMAIL: &str = "emailMatchingUserEntityProfileEmail";
const LOCAL_PART: &str = "emailLocalPartMatchingUserEntityName";
const EMAIL_ANNOTATION: &str = "emailMatchingUserEntityAnnotation";
const USERNAME: &str = "usernameMatchingUserEntityName";
const USER_ID: &str = "userIdMatchingUserEntityAnnotation";

/// The resolvers that a provider has, as the modules of Backstage 1.55 register them.
fn of(provider: &str) -> &'static [&'static str] {
    match provider {
        "github" | "gitlab" => &[PROFILE_EMAIL, LOCAL_PART, USERNAME, USER_ID],
        "google" | "okta" => &[PROFILE_EMAIL, LOCAL_PART, EMAIL_ANNOTATION],
        "microsoft" => &[PROFILE_EMAIL, LOCAL_PART, EMAIL_ANNOTATION, USER_ID],
        "gcpIap" => &[PROFILE_EMAIL, LOCAL_PART, EMAIL_ANNOTATION, "idMatchingUserEntityAnnotation"],
        "oauth2Proxy" => &[
            PROFILE_EMAIL,
            LOCAL_PART,
            "forwardedUserMatchingUserEntityName",
            "forwardedPreferredUsernameMatchingUserEntityName",
        ],
        _ => &[PROFILE_EMAIL, LOCAL_PART],
    }
}

/// Reads `signIn.resolvers` of a provider's block; `None` where there are none.
pub(super) fn resolvers(
    provider: &str,
    block: &ValueRef<'_>,
    findings: &mut Findings,
) -> Option<Vec<ResolverSettings>> {
    let sign_in = block.at("signIn");
    only(&sign_in, &["resolvers"], findings);
    let value = sign_in.at("resolvers");
    let entries = findings.take(value.items())?;
    if entries.len() > RESOLVERS {
        findings.push(
            value
                .problem(format!("{} resolvers; at most {RESOLVERS} are tried", entries.len()))
                .fix("keep those that find your people"),
        );
        return None;
    }
    let found: Vec<_> = entries.iter().filter_map(|entry| resolver(provider, entry, findings)).collect();
    (!found.is_empty()).then_some(found)
}

fn resolver(provider: &str, entry: &ValueRef<'_>, findings: &mut Findings) -> Option<ResolverSettings> {
    let value = entry.at("resolver");
    let name = findings.keep(value.required_string())?;
    let known = of(provider);
    if !known.contains(&name) {
        findings.push(
            value
                .problem(format!(
                    "Sign-in resolver '{}' is not available: `{provider}` does not have it",
                    shown(name)
                ))
                .fix(format!("write one of {}", known.join(", "))),
        );
        return None;
    }
    // Where no address is looked at, domains would bound nobody.
    let has_domains = name.starts_with("email");
    let without = "dangerouslyAllowSignInWithoutUserInCatalog";
    let all = ["resolver", without, "allowedDomains"];
    only(entry, if has_domains { &all } else { &all[..2] }, findings);
    let allowed_domains = if has_domains { domains(&entry.at("allowedDomains"), findings) } else { None };
    let without_user = findings.take(entry.at(without).boolean()).unwrap_or_default();
    Some(ResolverSettings { name: name.to_owned(), allowed_domains, without_user })
}

fn domains(value: &ValueRef<'_>, findings: &mut Findings) -> Option<Vec<String>> {
    findings.not_blank(std::slice::from_ref(value));
    let texts = findings.take(value.strings())?;
    if texts.is_empty() || texts.len() > DOMAINS {
        findings.push(
            value
                .problem(format!(
                    "`allowedDomains` names {} domains; 1 to {DOMAINS} are possible",
                    texts.len()
                ))
                .fix("name the domains whose addresses are yours, or remove the key"),
        );
    }
    for text in texts.iter().filter(|text| !is_domain(text)) {
        findings.push(
            value.problem(format!("`{}` is no domain", shown(text))).fix(
                "write each as what follows the `@`, for example `example.com`; every subdomain by itself",
            ),
        );
    }
    Some(texts.into_iter().map(str::to_owned).collect())
}

/// Labels with dots between them, in any script.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}
