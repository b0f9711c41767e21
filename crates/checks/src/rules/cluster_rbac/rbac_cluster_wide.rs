use crate::fix::Fix;
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Low,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for grant in cx.manifests()?.grants() {
        let Some(binding) = grant.binding.filter(|binding| &*binding.kind == "ClusterRoleBinding") else {
            continue;
        };
        // Worse is told by its own rule. What only answers who somebody is holds in no namespace.
        let role = grant.role_name().unwrap_or_default();
        if matches!(role, "cluster-admin" | "admin" | "edit" | "system:auth-delegator") {
            continue;
        }
        let Some(kind) = binding.root.get("kind") else { continue };
        let what = if role.is_empty() { String::new() } else { format!(" `{role}`") };
        let message = format!("{} grants the role{what} in every namespace", binding.label());
        if let Some(report) = tell.at(binding, kind.key_place(), Severity::Low, message) {
            report
                .why("the portal's account also reads namespaces of teams and systems that are not in the catalog")
                .fix(Fix::manual("bind the role by a RoleBinding in each namespace that the catalog shows"));
        }
    }
    Ok(())
}
