use crate::fix::{Edit, Fix};
use crate::rules::http::{host, is_loopback};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::High, serve: Serve::Refuses, check };

/// Where LDAP servers are configured, now and in older releases.
const SERVERS: &[&str] =
    &["catalog.providers.ldapOrg.*", "catalog.processors.ldapOrg.providers.*", "ldap.providers.*"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    // A directory is also asked by sign-in providers and plugins, each with a key of its own.
    for setting in cx.settings("**")? {
        let Some(url) = setting.item.as_str().filter(|_| !setting.is_for_development()) else { continue };
        let is_plain = url.trim().to_ascii_lowercase().starts_with("ldap://");
        if !is_plain || host(url).is_some_and(|host| is_loopback(&host)) {
            continue;
        }
        findings
            .at(&setting.item.place, "the directory is read over plain LDAP")
            .severity(setting.severity(Severity::High))
            .why("the bind password passes in the clear, and whoever is on the way says who is a user and in which group")
            .fix(Fix::suggested(
                "use ldaps",
                vec![Edit::set(setting.item, format!("ldaps://{}", &url.trim()["ldap://".len()..]))],
            ))
            .evidence(setting.evidence());
    }
    for servers in SERVERS {
        for setting in cx.settings(&format!("{servers}.tls.rejectUnauthorized"))? {
            if setting.is_for_development() || setting.item.as_bool() != Some(false) {
                continue;
            }
            findings
                .at(setting.item.key_place(), "the directory's certificate is not verified")
                .severity(setting.severity(Severity::High))
                .why("whoever gets between has the bind password, and decides who is a user and in which group")
                .fix(Fix::suggested(
                    "remove the key, and trust the authority with NODE_EXTRA_CA_CERTS",
                    vec![Edit::remove(setting.item)],
                ))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
