use std::collections::BTreeSet;

use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Reports, check };

const PLACES: &[&str] = &[
    "auth.providers.*.*.metadataUrl",
    "auth.providers.*.*.tokenUrl",
    "auth.providers.*.*.authorizationUrl",
    "auth.providers.*.*.issuer",
    "catalog.providers.keycloakOrg.*.baseUrl",
    "catalog.providers.keycloakOrg.*.realm",
    "catalog.providers.keycloakOrg.*.loginRealm",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut told = BTreeSet::new();
    for pattern in PLACES {
        for setting in cx.settings(pattern)?.filter(|setting| !setting.is_for_development()) {
            let Some(text) = setting.item.as_str().map(str::trim) else { continue };
            let is_realm = pattern.ends_with("ealm") && text == "master";
            let tail = text.split_once("/realms/master").map(|(_, tail)| tail);
            if !is_realm && !tail.is_some_and(|tail| tail.is_empty() || tail.starts_with('/')) {
                continue;
            }
            // The realm that signs in and the realm that is read are of one account.
            let of = setting.path.rsplit_once('.').map_or("", |(of, _)| of).to_owned();
            let key = (setting.item.place.path.clone(), of);
            if pattern.starts_with("catalog.") && !told.insert(key) {
                continue;
            }
            findings
                .at(&setting.item.place, "Keycloak's realm `master` is used, which is for its administrators")
                .severity(setting.severity(Severity::Low))
                .why("a client of that realm is a step from administering every realm, and its users are administrators")
                .fix(Fix::manual("make a realm of its own for the portal and its users"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
