use std::net::IpAddr;

use crate::fix::Fix;
use crate::repo::Reach;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::High, serve: Serve::Refuses, check };

/// What a loopback address is.
const OWN: &str = "its own machine";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.reading.allow.*")? {
        let Some(item) = setting.item.get("host").filter(|_| !setting.is_for_development()) else { continue };
        let Some((host, what, severity)) =
            item.literal().and_then(|host| judged(host).map(|(what, severity)| (host, what, severity)))
        else {
            continue;
        };
        // A developer's own machine, in a list that production replaces.
        if what == OWN && matches!(setting.reach, Reach::Overridden(_)) {
            continue;
        }
        findings
            .at(&item.place, format!("the backend reads from `{host}`, {what}"))
            .severity(setting.severity(severity))
            .why("whoever writes an entity sends the backend there, past every firewall, and sees the answer")
            .fix(Fix::manual("remove it, or name a host that is meant to be read, with `paths`"))
            .evidence(setting.evidence());
    }
    Ok(())
}

fn judged(host: &str) -> Option<(&'static str, Severity)> {
    let lower = host.trim().to_ascii_lowercase();
    let name = match lower.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => lower.split(':').next()?,
    };
    let metadata =
        ["169.254.169.254", "metadata.google.internal", "metadata", "fd00:ec2::254", "100.100.100.200"];
    if metadata.contains(&name) {
        return Some(("which gives out the machine's credentials", Severity::High));
    }
    if name == "kubernetes" || name.starts_with("kubernetes.default") {
        return Some(("the API of the cluster", Severity::High));
    }
    if name == "localhost" || name.ends_with(".localhost") {
        return Some((OWN, Severity::Medium));
    }
    match name.parse::<IpAddr>().ok()? {
        IpAddr::V4(ip) if ip.is_loopback() || ip.is_unspecified() => Some((OWN, Severity::Medium)),
        IpAddr::V4(ip) if ip.is_link_local() => Some(("an address of the machine's link", Severity::High)),
        IpAddr::V4(ip) if ip.is_private() => Some(("a private address", Severity::Medium)),
        IpAddr::V6(ip) if ip.is_loopback() => Some((OWN, Severity::Medium)),
        IpAddr::V6(ip) if ip.is_unique_local() || ip.is_unicast_link_local() => {
            Some(("a private address", Severity::Medium))
        }
        _ => None,
    }
}
