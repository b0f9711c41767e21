use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::KubernetesAccess, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("kubernetes.objectTypes.*")? {
        if setting.item.as_str() != Some("secrets") {
            continue;
        }
        findings
            .at(&setting.item.place, "the plugin reads Secrets of every namespace")
            .severity(setting.severity(Severity::Medium))
            .why("values are masked on the page, but the account must be able to read them, and the proxy shows them plain")
            .fix(Fix::suggested("take `secrets` off the list, and out of the account's role", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    for setting in cx.settings("kubernetes.customResources.*")? {
        if setting.item.get("plural").and_then(crate::Item::as_str) == Some("secrets") {
            findings
                .at(&setting.item.place, "the plugin reads Secrets as a custom resource")
                .severity(setting.severity(Severity::Medium))
                .why("the account must be able to read them, and the proxy shows them plain")
                .fix(Fix::suggested("remove the entry", vec![Edit::remove(setting.item)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
