use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::KubernetesAccess, severity: Severity::Low, serve: Serve::Reports, check };

const ACTIONS: &[(&str, &str)] = &[
    ("kubernetes.frontend.podDelete.enabled", "pods can be deleted from the portal"),
    ("kubernetes.frontend.podExecTerminal.enabled", "a terminal in a pod can be opened from the portal"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (key, what) in ACTIONS {
        for setting in cx.settings(key)?.filter(|setting| setting.item.is_true()) {
            findings
                .at(setting.item.key_place(), *what)
                .severity(setting.severity(if key.contains("Exec") { Severity::Medium } else { Severity::Low }))
                .why("it goes through the proxy, so the service account needs write access for everyone who may use the plugin")
                .fix(Fix::suggested("switch it off", vec![Edit::set(setting.item, false)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
