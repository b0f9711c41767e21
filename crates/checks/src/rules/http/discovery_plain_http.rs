use super::{host, is_loopback};
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
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
