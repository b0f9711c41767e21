use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity, Text};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Settings whose absence allows more: those of which a missing variable takes something away.
const PROTECTIONS: &[(&str, &str)] = &[
    ("auth.providers.*.*.signIn.resolvers.*.allowedDomains.*", "the list is empty then, or shorter"),
    ("auth.providers.*.*.allowedDomains.*", "the list is empty then, or shorter"),
    ("auth.providers.*.*.domain", "accounts of every domain may sign in then"),
    ("auth.providers.*.*.hostedDomain", "accounts of every domain may sign in then"),
    ("auth.providers.*.issuer", "tokens of any issuer are taken then, or the start fails"),
    ("auth.providers.*.audience", "tokens for any audience are taken then, or the start fails"),
    ("backend.auth.externalAccess.*.accessRestrictions", "the access is unrestricted then"),
    (
        "backend.auth.externalAccess.*.accessRestrictions.*.permission",
        "the access covers the whole plugin then",
    ),
    ("backend.auth.externalAccess.*.accessRestrictions.*.permission.*", "the list is shorter then"),
    ("backend.auth.externalAccess.*.options.issuer", "tokens of any issuer are taken then"),
    ("backend.auth.externalAccess.*.options.audience", "tokens for any audience are taken then"),
    ("backend.auth.externalAccess.*.options.subjectPrefix", "subjects are not told apart then"),
    ("backend.reading.allow.*.paths.*", "the list is shorter then; an empty one allows every path"),
    ("proxy.endpoints.*.allowedMethods.*", "the list is shorter then"),
    ("proxy.endpoints.*.credentials", "the default counts then"),
    (
        "integrations.github.*.apps.*.allowedInstallationOwners.*",
        "the list is empty then, and every owner is allowed",
    ),
    ("permission.enabled", "permissions are off then"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (key, effect) in PROTECTIONS {
        for setting in cx.settings(key)? {
            if !matches!(setting.item.text(), Some(Text::Outside { default: None }))
                || setting.item.is_unknown()
            {
                continue;
            }
            findings
                .at(&setting.item.place, format!("`{}` is gone when its variable is not set", setting.path))
                .severity(Severity::Low)
                .confidence(Confidence::Medium)
                .why(format!("Backstage drops the key, or the list's entry, without a word: {effect}"))
                .fix(Fix::manual("write the value itself where it is no secret, or have the start fail when the variable is missing"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
