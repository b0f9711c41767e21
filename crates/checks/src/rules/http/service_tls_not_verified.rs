use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Reports, check };

/// What has rules of its own.
const ELSEWHERE: &[&str] = &[
    "proxy.",
    "kubernetes.",
    "backend.database",
    "backend.cache",
    "catalog.providers.ldapOrg",
    "catalog.processors.ldapOrg",
    "ldap.providers",
];

/// Settings, in small letters without separators, that switch the check of certificates off when they are true.
const OFF_IF_TRUE: &[&str] = &[
    "insecure",
    "allowinsecure",
    "allowinsecuressl",
    "insecureskipverify",
    "insecuressl",
    "insecuretls",
    "skiptlsverify",
    "skipsslverify",
    "tlsskipverify",
    "ignoressl",
    "ignoresslerrors",
    "ignoretlserrors",
    "ignorecertificateerrors",
    "allowselfsigned",
    "disablesslverification",
    "disabletlsverification",
];
/// Those that do when they are false.
const OFF_IF_FALSE: &[&str] = &[
    "rejectunauthorized",
    "strictssl",
    "sslverify",
    "tlsverify",
    "verifyssl",
    "verifytls",
    "verifycertificate",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("**")? {
        let Some(value) = setting.item.as_bool() else { continue };
        let key = setting.path.rsplit('.').next().unwrap_or_default();
        let letters = key.chars().filter(char::is_ascii_alphanumeric);
        let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        let names = if value { OFF_IF_TRUE } else { OFF_IF_FALSE };
        let has_own = ELSEWHERE.iter().any(|path| setting.path.starts_with(path));
        if has_own || !names.contains(&plain.as_str()) {
            continue;
        }
        let severity =
            if setting.is_for_development() { Severity::Low } else { setting.severity(Severity::Medium) };
        findings
            .at(setting.item.key_place(), format!("`{}: {value}`: nobody checks whose certificate it is", setting.path))
            .severity(severity)
            .why("whoever sits on the network answers in the place of the server, and gets the credentials that are sent")
            .fix(Fix::suggested(
                "take it away, and trust the authority with NODE_EXTRA_CA_CERTS",
                vec![Edit::remove(setting.item)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
