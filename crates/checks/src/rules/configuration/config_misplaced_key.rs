use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::Medium, serve: Serve::Refuses, check };

/// Keys that belong elsewhere: where they are found, where they belong, and what only the right place would do.
const MISPLACED: &[(&str, &str, &str)] = &[
    ("cors", "backend.cors", "origins stay what the other files say"),
    ("csp", "backend.csp", "the policy stays what the other files say"),
    ("database", "backend.database", "the database stays what the other files say"),
    ("client", "backend.database.client", "the database stays what the other files say"),
    ("connection", "backend.database.connection", "the database stays what the other files say"),
    ("backend.client", "backend.database.client", "the database stays what the other files say"),
    ("backend.connection", "backend.database.connection", "the database stays what the other files say"),
    ("listen", "backend.listen", "the backend listens as the other files say"),
    ("reading", "backend.reading", "what may be read stays what the other files say"),
    ("https", "backend.https", "the backend speaks plain HTTP"),
    ("cache", "backend.cache", "the cache stays in memory"),
    ("trustProxy", "backend.trustProxy", "no proxy is believed"),
    ("rateLimit", "backend.rateLimit", "nothing is limited"),
    ("auditor", "backend.auditor", "audit events stay as they are"),
    ("externalAccess", "backend.auth.externalAccess", "no such access is set up"),
    ("clusterLocatorMethods", "kubernetes.clusterLocatorMethods", "no cluster is found"),
    ("backend.permission", "permission", "permissions stay off"),
    ("app.permission", "permission", "permissions stay off"),
    ("backend.csp.backend", "backend", "the settings below do nothing"),
    ("app.cors", "backend.cors", "origins stay what the other files say"),
    ("app.csp", "backend.csp", "the policy stays what the other files say"),
    ("backend.externalAccess", "backend.auth.externalAccess", "no such access is set up"),
    (
        "backend.accessRestrictions",
        "backend.auth.externalAccess[].accessRestrictions",
        "nothing is restricted",
    ),
    (
        "backend.auth.accessRestrictions",
        "backend.auth.externalAccess[].accessRestrictions",
        "nothing is restricted",
    ),
    (
        "backend.auth.externalAccess.*.options.accessRestrictions",
        "accessRestrictions beside `options`",
        "the access is unrestricted",
    ),
    ("backend.allow", "backend.reading.allow", "nothing is allowed by it"),
    (
        "auth.providers.*.signIn",
        "the provider's environment block",
        "the provider has no resolver, and nobody can sign in by it",
    ),
    ("auth.signIn", "a provider's environment block", "no provider has a resolver by it"),
    ("catalog.allow", "catalog.rules[].allow", "the rules stay as they are"),
    ("catalog.orphanProviderStratgey", "catalog.orphanProviderStrategy", "orphans stay as they are"),
    ("proxy.credentials", "an endpoint of the proxy", "endpoints keep their own"),
    ("kubernetes.clusters", "kubernetes.clusterLocatorMethods[].clusters", "no cluster is found"),
    ("kubernetes.skipTLSVerify", "a cluster", "it does nothing"),
    ("auth.keys", "backend.auth.keys", "no key is set up by it"),
    ("auth.externalAccess", "backend.auth.externalAccess", "no such access is set up"),
    ("app.organization", "organization", "the name stays what the other files say"),
    ("backend.database.useNullAsDefault", "backend.database.knexConfig", "it does nothing"),
    (
        "experimentalClientIdMetadataDocuments",
        "auth.experimentalClientIdMetadataDocuments",
        "the feature stays as it is",
    ),
    (
        "experimentalDynamicClientRegistration",
        "auth.experimentalDynamicClientRegistration",
        "the feature stays as it is",
    ),
    ("clientIdMetadataDocuments", "auth.clientIdMetadataDocuments", "the feature stays as it is"),
    ("backend.environment", "auth.environment", "the environment stays as it is"),
    ("backend.providers", "auth.providers", "no provider is set up by it"),
    ("backend.auth.providers", "auth.providers", "no provider is set up by it"),
    ("backend.auth.environment", "auth.environment", "the environment stays as it is"),
    ("permission.policy", "code: a policy module", "no policy is loaded by it"),
];

/// Sections of the top level that are written inside another one.
const OUTER: &[&str] =
    &["app", "backend", "auth", "catalog", "scaffolder", "techdocs", "organization", "permission"];
const INNER: &[&str] = &["integrations", "techdocs", "scaffolder", "kubernetes", "proxy", "catalog"];

fn inside_another(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for outer in OUTER {
        for inner in INNER.iter().filter(|inner| inner != &outer) {
            for setting in cx.settings(&format!("{outer}.{inner}"))? {
                // Empty, it is the head of what was meant to stand below it.
                let is_section = setting.item.as_map().is_some() || setting.item.is_null();
                if !is_section {
                    continue;
                }
                findings
                    .at(setting.item.key_place(), format!("`{inner}` stands inside `{outer}`: it belongs to the top"))
                    .severity(setting.severity(Severity::Medium))
                    .confidence(Confidence::Medium)
                    .why(format!("Backstage ignores it there, so that `{inner}` stays what the other files say; its own check of the configuration passes it"))
                    .fix(Fix::manual(format!("move it out of `{outer}`")))
                    .evidence(setting.evidence());
            }
        }
    }
    Ok(())
}

/// Providers of the catalog that may be configured one by one, by an id.
const BY_ID: &[&str] = &[
    "github",
    "gitlab",
    "bitbucketCloud",
    "bitbucketServer",
    "azureDevOps",
    "awsS3",
    "gerrit",
    "gitea",
    "githubOrg",
    "microsoftGraphOrg",
    "ldapOrg",
    "keycloakOrg",
];

/// A schedule beside the ids of a provider, of which it would be one.
fn schedule_beside_ids(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for provider in BY_ID {
        for setting in cx.settings(&format!("catalog.providers.{provider}"))? {
            let Some(schedule) = setting.item.get("schedule") else { continue };
            let has_ids = setting.item.entries().any(|(key, item)| {
                !["schedule", "filters"].contains(&&**key)
                    && [
                        "host",
                        "organization",
                        "group",
                        "catalogPath",
                        "projectKey",
                        "workspace",
                        "target",
                        "bucketName",
                        "baseUrl",
                        "realm",
                    ]
                    .iter()
                    .any(|own| item.get(own).is_some())
            });
            if !has_ids {
                continue;
            }
            findings
                .at(schedule.key_place(), format!("`schedule` stands beside the ids of `{provider}`, not in one"))
                .severity(setting.severity(Severity::Medium))
                .confidence(Confidence::Medium)
                .why("it is taken for one more id, or ignored, and the providers have no schedule: the catalog does not follow what is removed")
                .fix(Fix::manual("move it into each id"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}

/// What is written under a section, but not indented as its part: the section is empty, and its keys are beside it.
const FALLEN_OUT: &[(&str, &[&str])] = &[
    ("auth", &["environment", "providers", "session"]),
    ("backend", &["baseUrl", "listen", "cors", "csp", "database", "auth", "reading"]),
    ("catalog", &["rules", "locations", "providers", "import"]),
    ("permission", &["enabled", "rbac"]),
    ("kubernetes", &["serviceLocatorMethod", "clusterLocatorMethods"]),
    ("techdocs", &["builder", "generator", "publisher"]),
];

fn fallen_out(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (section, keys) in FALLEN_OUT {
        for empty in cx.settings(section)?.filter(|setting| setting.item.is_null()) {
            for key in *keys {
                let beside = cx.settings(key)?.find(|other| other.item.place.path == empty.item.place.path);
                let Some(beside) = beside else { continue };
                findings
                    .at(
                        beside.item.key_place(),
                        format!("`{key}` stands beside an empty `{section}`, not in it"),
                    )
                    .severity(beside.severity(Severity::Medium))
                    .why(format!(
                        "Backstage ignores it there, and `{section}` is what the other files say, or nothing"
                    ))
                    .fix(Fix::manual(format!("indent it below `{section}`")))
                    .because(Some(empty.item.key_place()), format!("`{section}` is empty"))
                    .evidence(beside.evidence());
            }
        }
    }
    Ok(())
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    fallen_out(cx, findings)?;
    inside_another(cx, findings)?;
    schedule_beside_ids(cx, findings)?;
    for (found, right, effect) in MISPLACED {
        for setting in cx.settings(found)? {
            // A proxy's signIn has no environment; a scalar at the top is somebody's own.
            let is_proxy_provider = found.contains("signIn")
                && ["guest", "oauth2Proxy", "awsalb", "gcpIap", "cfaccess", "azureEasyAuth", "gcp-iap"]
                    .iter()
                    .any(|name| setting.path.contains(&format!(".{name}.")));
            let names_database = matches!(setting.item.as_str(), Some("pg" | "better-sqlite3"));
            let is_top = !found.contains('.') && !names_database;
            if is_proxy_provider || setting.item.is_null() || (is_top && setting.item.as_map().is_none()) {
                continue;
            }
            findings
                .at(setting.item.key_place(), format!("`{}` is in the wrong place: it belongs to `{right}`", setting.path))
                .severity(setting.severity(Severity::Medium))
                .why(format!("Backstage ignores it here, so that {effect}; its own check of the configuration passes it"))
                .fix(Fix::manual(format!("move it to `{right}`")))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
