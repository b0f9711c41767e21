use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::KubernetesAccess, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("kubernetes.clusterLocatorMethods.*.clusters.*")? {
        let Some(token) = setting.item.get("serviceAccountToken").filter(|token| !token.is_null()) else {
            continue;
        };
        if setting.item.get("authProvider").and_then(Item::as_str) != Some("serviceAccount")
            || !setting.is_effective()
        {
            continue;
        }
        findings
            .at(token.key_place(), "everyone sees the cluster with one long-lived token")
            .confidence(Confidence::Medium)
            .why("a token in the configuration does not expire by itself, and the cluster's own rights of a person do not count")
            .fix(Fix::manual("use `authProvider: oidc`, `aks`, `google` or `aws`, or the pod's own projected token; keep the account's role to reading"))
            .evidence(setting.evidence());
    }
    Ok(())
}
