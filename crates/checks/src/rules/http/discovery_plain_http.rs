use super::{host, is_loopback};
use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Reports, check };

/// Where keys, and what tokens are believed by, are fetched from.
const ISSUERS: &[&str] = &[
    "backend.auth.externalAccess.*.options.url",
    "auth.providers.*.*.metadataUrl",
    "auth.providers.*.*.tokenUrl",
    "auth.providers.*.*.authorizationUrl",
    "auth.providers.*.*.issuer",
    "auth.providers.*.*.audience",
    "auth.providers.*.*.baseUrl",
    "auth.providers.*.*.enterpriseInstanceUrl",
];

fn of_issuers(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for pattern in ISSUERS {
        for setting in cx.settings(pattern)? {
            let Some(text) = setting.item.as_str().filter(|text| text.trim().starts_with("http://")) else {
                continue;
            };
            if host(text).is_some_and(|host| is_loopback(&host)) || setting.is_for_development() {
                continue;
            }
            findings
                .at(&setting.item.place, format!("`{}` is fetched over plain HTTP", setting.path))
                .severity(setting.severity(Severity::High))
                .confidence(Confidence::Medium)
                .why("whoever is on the way answers with keys of their own, and signs tokens that the portal believes")
                .fix(Fix::suggested("write https", vec![Edit::set(setting.item, text.trim().replacen("http://", "https://", 1))]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    of_issuers(cx, findings)?;
    for setting in cx.settings("discovery.endpoints.*.target")? {
        let targets: Vec<&Item> = match setting.item.as_map() {
            Some(map) => map.values().collect(),
            None => vec![setting.item],
        };
        for target in targets {
            let Some(text) = target.literal().filter(|text| text.starts_with("http://")) else { continue };
            let Some(host) = host(text).filter(|host| !is_loopback(host)) else { continue };
            // Within a cluster's own network it is usual; a mesh may encrypt it.
            let inside = host.rsplit_once('.').is_none_or(|(_, last)| last == "svc")
                || host.ends_with(".svc.cluster.local");
            findings
                .at(&target.place, format!("plugins at `{host}` are called over plain HTTP"))
                .severity(setting.severity(if inside { Severity::Low } else { Severity::Medium }))
                .confidence(if inside { Confidence::Medium } else { Confidence::High })
                .why("tokens of users and services pass in the clear")
                .fix(Fix::manual("use https between backends"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
