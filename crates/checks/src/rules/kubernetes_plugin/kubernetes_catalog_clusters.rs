use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::KubernetesAccess, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("kubernetes.clusterLocatorMethods.*")? {
        let method = setting.item;
        if method.get("type").and_then(Item::as_str) != Some("catalog") {
            continue;
        }
        for pattern in method.get("dangerouslyAllowClusterUrls").map(Item::one_or_many).unwrap_or_default() {
            let is_wide = pattern.literal().is_some_and(|host| {
                host.starts_with('*') && host.trim_start_matches(['*', '.']).split('.').count() < 3
            });
            findings
                .at(&pattern.place, "the catalog may name cluster addresses that are private or not https")
                .severity(setting.severity(if is_wide { Severity::High } else { Severity::Medium }))
                .why("whoever registers a Resource sends the portal, with its credentials, to a host of their choice in this list")
                .fix(Fix::manual("list these clusters under `type: config`, or name single hosts"))
                .evidence(setting.evidence());
        }
        if let Some(skip) = method.get("dangerouslyAllowSkipTLSVerify").filter(|skip| skip.is_true()) {
            findings
                .at(skip.key_place(), "the catalog may switch the verification of certificates off")
                .severity(setting.severity(Severity::High))
                .why("an annotation on an entity decides whether the portal knows whom it sends its token to")
                .fix(Fix::suggested("remove the key", vec![Edit::remove(skip)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
