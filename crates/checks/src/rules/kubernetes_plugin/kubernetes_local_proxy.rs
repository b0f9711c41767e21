use crate::fix::Fix;
use crate::repo::Reach;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::KubernetesAccess, severity: Severity::Medium, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let by_type = cx.settings("kubernetes.clusterLocatorMethods.*.type")?;
    let by_provider = cx.settings("kubernetes.clusterLocatorMethods.*.clusters.*.authProvider")?;
    for setting in by_type.chain(by_provider) {
        // On a developer's machine it is what it is for.
        if setting.item.as_str() != Some("localKubectlProxy")
            || setting.is_for_development()
            || matches!(setting.reach, Reach::Overridden(_))
        {
            continue;
        }
        let what =
            if setting.is_effective() { "production uses" } else { "a file that may be production's uses" };
        findings
            .at(setting.item.key_place(), format!("{what} the cluster of `kubectl proxy` on its own machine"))
            .severity(setting.severity(Severity::Medium))
            .why("whatever that proxy's credentials can do, everyone who may use the plugin can; often that is cluster-admin")
            .fix(Fix::manual("list the cluster with a service account of its own, in the configuration of production"))
            .evidence(setting.evidence());
    }
    Ok(())
}
