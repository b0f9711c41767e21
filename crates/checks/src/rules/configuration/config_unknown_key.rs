use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::Low, serve: Serve::Reports, check };

/// Sections whose keys are all known, and these keys. Sections that plugins add to are not among them.
const SECTIONS: &[(&str, &[&str])] = &[
    (
        "backend.cors",
        &[
            "origin",
            "methods",
            "allowedHeaders",
            "exposedHeaders",
            "credentials",
            "maxAge",
            "preflightContinue",
            "optionsSuccessStatus",
        ],
    ),
    ("backend.listen", &["host", "port", "address"]),
    ("backend.https", &["certificate"]),
    ("backend.https.certificate", &["cert", "key", "hostname", "type"]),
    ("backend.auth", &["keys", "externalAccess", "dangerouslyDisableDefaultAuthPolicy", "pluginKeyStore"]),
    ("backend.auth.externalAccess.*", &["type", "options", "accessRestrictions"]),
    ("backend.auth.externalAccess.*.accessRestrictions.*", &["plugin", "permission", "permissionAttribute"]),
    ("backend.reading", &["allow"]),
    ("backend.reading.allow.*", &["host", "paths"]),
    ("catalog.rules.*", &["allow", "locations"]),
    ("catalog.rules.*.locations.*", &["type", "exact", "pattern"]),
    ("catalog.locations.*", &["type", "target", "rules", "presence"]),
    ("catalog.locations.*.rules.*", &["allow", "locations"]),
];

/// Keys that Backstage never had and that look as if they did something, with what does it.
const NOTHING: &[(&str, &str)] = &[
    ("backend.healthCheck", "the routes of health are fixed, below `/.backstage/health/v1`"),
    ("backend.healthcheck", "the routes of health are fixed, below `/.backstage/health/v1`"),
    ("backend.helmet", "headers are set by `backend.csp`, `backend.hsts` and `backend.referrerPolicy`"),
    ("backend.security", "headers are set by `backend.csp`, `backend.hsts` and `backend.referrerPolicy`"),
    ("backend.headers", "headers are set by `backend.csp`, `backend.hsts` and `backend.referrerPolicy`"),
    ("backend.rateLimiting", "`backend.rateLimit` limits"),
    (
        "backend.auth.enabled",
        "every plugin asks for a credential unless code or `externalAccess` says otherwise",
    ),
    (
        "backend.auth.required",
        "every plugin asks for a credential unless code or `externalAccess` says otherwise",
    ),
    ("backend.allowedHosts", "`backend.reading.allow` says what may be read"),
    ("auth.enabled", "a provider and its resolver let people in, and nothing else does"),
    ("auth.required", "a provider and its resolver let people in, and nothing else does"),
    ("auth.allowedDomains", "the resolver's `allowedDomains` bounds who comes in"),
    ("auth.allowedUsers", "the resolver bounds who comes in"),
    ("auth.allowedOrganizations", "the resolver bounds who comes in"),
    ("auth.providers.*.*.allowedDomains", "the resolver's `allowedDomains` bounds who comes in"),
    ("auth.providers.*.*.allowedOrganizations", "the resolver bounds who comes in"),
    ("auth.providers.*.*.allowedOrgs", "the resolver bounds who comes in"),
    ("auth.providers.*.*.allowedUsers", "the resolver bounds who comes in"),
    ("auth.roles", "who may do what is up to the permission policy"),
    ("auth.users", "who comes in is up to the providers' resolvers and the catalog"),
    ("auth.groups", "who comes in is up to the providers' resolvers and the catalog"),
    ("auth.admins", "who may do what is up to the permission policy"),
    ("auth.adminUsers", "who may do what is up to the permission policy"),
    ("auth.rbac", "who may do what is up to the permission policy"),
    ("auth.permissions", "who may do what is up to the permission policy"),
    ("auth.allowedEmails", "the resolver bounds who comes in"),
    ("auth.session.maxAge", "sessions last as long as the release says"),
    ("auth.session.ttl", "sessions last as long as the release says"),
    ("auth.session.secure", "cookies are Secure when `backend.baseUrl` is https"),
    ("permission.policies", "a policy is code, or a plugin's own setting such as `permission.rbac`"),
    ("permission.rules", "a policy is code, or a plugin's own setting such as `permission.rbac`"),
    ("permission.roles", "a policy is code, or a plugin's own setting such as `permission.rbac`"),
    ("permission.default", "what a policy does not decide is up to its code"),
    ("permission.defaultPolicy", "what a policy does not decide is up to its code"),
    ("scaffolder.actions", "actions are bounded by permissions and by what is installed"),
    ("scaffolder.allowedActions", "actions are bounded by permissions and by what is installed"),
    ("scaffolder.allowedHosts", "the pickers of a template bound what its users choose"),
    ("scaffolder.allowedOwners", "the pickers of a template bound what its users choose"),
    ("catalog.allowedHosts", "`backend.reading.allow` says what may be read"),
    ("catalog.allowedLocations", "`catalog.rules` says what may be registered"),
    ("integrations.github.*.orgs", "what the token, or the app's installation, reaches bounds it"),
    ("integrations.github.*.organizations", "what the token, or the app's installation, reaches bounds it"),
    ("integrations.github.*.rateLimit", "the integration has no limit of its own"),
    ("auth.providers.github.*.organization", "the resolver and the catalog bound who comes in"),
    ("auth.providers.github.*.orgs", "the resolver and the catalog bound who comes in"),
    (
        "auth.providers.github.*.privateKey",
        "sign-in has an OAuth client; an app's key belongs to `integrations.github[].apps`",
    ),
    (
        "auth.providers.github.*.appId",
        "sign-in has an OAuth client; an app belongs to `integrations.github[].apps`",
    ),
    (
        "auth.providers.github.*.token",
        "sign-in has an OAuth client; a token belongs to `integrations.github[]`",
    ),
    ("auth.providers.github.*.ssl", "providers are always spoken to over https"),
    ("auth.providers.gitlab.*.group", "the resolver and the catalog bound who comes in"),
    ("catalog.providers.github.*.owner", "`organization` says whose repositories are read"),
    ("catalog.providers.github.*.org", "`organization` says whose repositories are read"),
    ("catalog.providers.github.*.entityFilename", "`catalogPath` says which file is read"),
    ("catalog.providers.gitlab.*.catalogFile", "`entityFilename` says which file is read"),
    ("catalog.providers.gitlab.*.catalogPath", "`entityFilename` says which file is read"),
    ("techdocs.allowedHosts", "`techdocs.sanitizer` says what docs may show"),
];

/// A section, its keys, and what is taken for one of them.
type Section = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

/// Sections that plugins add to: only what is nearly one of these keys is reported, with those that are known to be
/// taken for others.
const OPEN: &[Section] = &[
    ("permission", &["enabled"], &[("enablePermissions", "enabled"), ("enable", "enabled")]),
    ("kubernetes", &["clusterLocatorMethods", "serviceLocatorMethod", "customResources", "objectTypes"], &[]),
    (
        "catalog",
        &[
            "rules",
            "locations",
            "providers",
            "processors",
            "readonly",
            "import",
            "processingInterval",
            "orphanStrategy",
        ],
        &[],
    ),
    (
        "backend",
        &["baseUrl", "listen", "database", "reading", "trustProxy", "rateLimit", "auditor", "cache"],
        &[],
    ),
    ("auth", &["environment", "providers", "session", "keyStore"], &[]),
    ("techdocs", &["builder", "generator", "publisher", "sanitizer"], &[]),
    (
        "scaffolder",
        &["defaultEnvironment", "requireScmUserCredentials", "concurrentTasksLimit", "taskRecovery"],
        &[],
    ),
    ("proxy", &["endpoints", "skipInvalidProxies"], &[]),
];

fn misspelt(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (section, known, confused) in OPEN {
        for setting in cx.settings(section)? {
            for (key, item) in setting.item.entries().filter(|(key, _)| !known.contains(&&***key)) {
                let meant = confused.iter().find(|(wrong, _)| **key == **wrong).map(|(_, right)| *right);
                let meant = meant.or_else(|| {
                    known
                        .iter()
                        .copied()
                        .find(|name| distance(name, key) <= name.len() / 5 && **key != **name)
                });
                let Some(meant) = meant else { continue };
                findings
                    .at(item.key_place(), format!("`{key}` is no key of `{section}`: `{meant}` is"))
                    .severity(setting.severity(Severity::Medium))
                    .confidence(Confidence::Medium)
                    .why("Backstage ignores it without a word, and so does its own check of the configuration; whoever wrote it believes otherwise")
                    .fix(Fix::manual(format!("write `{meant}`")))
                    .evidence(setting.evidence());
            }
        }
    }
    Ok(())
}

/// How many letters have to be changed, added or left out.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, from) in a.chars().take(64).enumerate() {
        let mut before = row[0];
        row[0] = at + 1;
        for (to, letter) in b.iter().enumerate() {
            let change = before + usize::from(from != *letter);
            before = row[to + 1];
            row[to + 1] = change.min(row[to] + 1).min(before + 1);
        }
    }
    row[b.len()]
}

fn ineffective(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (pattern, instead) in NOTHING {
        for setting in cx.settings(pattern)?.filter(|setting| !setting.item.is_null()) {
            findings
                .at(setting.item.key_place(), format!("`{}` does nothing", setting.path))
                .severity(setting.severity(Severity::Medium))
                .confidence(Confidence::Medium)
                .why(format!(
                    "Backstage reads no such key, and its own check of the configuration passes it: {instead}"
                ))
                .fix(Fix::suggested("remove it", vec![Edit::remove(setting.item)]))
                .evidence(setting.evidence());
        }
    }
    rbac_without_plugin(cx, findings)
}

/// The settings of the RBAC plugin where no package has it.
fn rbac_without_plugin(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let Ok(packages) = cx.packages() else { return Ok(()) };
    let has_plugin = packages
        .iter()
        .any(|package| package.runtime().any(|dependency| dependency.name.contains("rbac-backend")));
    if has_plugin {
        return Ok(());
    }
    for setting in cx.settings("permission.rbac")?.filter(|setting| !setting.item.is_null()) {
        findings
            .at(setting.item.key_place(), "`permission.rbac` does nothing: no package has the RBAC plugin")
            .severity(setting.severity(Severity::Medium))
            .confidence(Confidence::Medium)
            .why("roles and administrators that are written here are nobody's, and the policy that is installed decides alone")
            .fix(Fix::manual("add the RBAC backend plugin, or remove the section"))
            .evidence(setting.evidence());
    }
    Ok(())
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    misspelt(cx, findings)?;
    ineffective(cx, findings)?;
    for (section, known) in SECTIONS {
        for setting in cx.settings(section)? {
            for (key, item) in setting.item.entries().filter(|(key, _)| !known.contains(&&***key)) {
                if key.starts_with('$') {
                    continue;
                }
                let near = known.iter().find(|name| is_near(name, key));
                let fix = match near {
                    Some(name) => Fix::manual(format!("write `{name}`, if that is meant")),
                    None => Fix::suggested("remove it", vec![Edit::remove(item)]),
                };
                findings
                    .at(item.key_place(), format!("`{key}` is no key of `{}`", setting.path))
                    .severity(if near.is_some() { setting.severity(Severity::Medium) } else { Severity::Low })
                    .confidence(Confidence::Medium)
                    .why("Backstage ignores it without a word, and so does its own check of the configuration; whoever wrote it believes otherwise")
                    .fix(fix)
                    .evidence(setting.evidence());
            }
        }
    }
    Ok(())
}

/// Whether two names differ by case and separators, or by one letter.
fn is_near(name: &str, other: &str) -> bool {
    let plain = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect::<Vec<char>>()
    };
    let (a, b) = (plain(name), plain(other));
    if a == b {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if short.len() < 4 || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long.iter()).take_while(|(a, b)| a == b).count();
    let rest = if short.len() == long.len() { &short[(same + 1).min(short.len())..] } else { &short[same..] };
    long.ends_with(rest) && (same + 1 + rest.len() == long.len())
}
