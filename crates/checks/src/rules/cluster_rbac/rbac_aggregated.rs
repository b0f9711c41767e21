use crate::fix::{Edit, Fix};
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Low,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let manifests = cx.manifests()?;
    let mut tell = Teller::new(findings);
    for role in manifests.of_kinds(&["ClusterRole"]).filter(|role| role.belongs.is_portal()) {
        if let Some(rule) = role.root.get("aggregationRule").filter(|rule| !rule.is_null()) {
            let message = format!("{} is made of every role with a label", role.label());
            if let Some(report) = tell.at(role, rule.key_place(), Severity::Low, message) {
                report
                    .why("whoever may label a ClusterRole, an operator's chart for one, adds to what the portal may do")
                    .fix(Fix::manual("write out its rules"));
            }
        }
        for (name, label) in role.root.at("metadata.labels").into_iter().flat_map(Item::entries) {
            let Some(to) = name.strip_prefix("rbac.authorization.k8s.io/aggregate-to-") else { continue };
            if !label.is_true() {
                continue;
            }
            let message = format!("{} is added to the cluster's role `{to}`", role.label());
            if let Some(report) = tell.at(role, label.key_place(), Severity::Low, message) {
                report
                    .why("everybody with that role anywhere gets what the portal was meant to get")
                    .fix(role.fix("take the label away", vec![Edit::remove(label)]));
            }
        }
    }
    Ok(())
}
