use crate::fix::Fix;
use crate::kube::{Teller, written};
use crate::rules::scripts;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

/// Constraints of `OpenShift` that admit more than pods need, and how bad that is for the portal's.
const WIDE: &[(&str, Severity)] = &[
    ("privileged", Severity::High),
    ("hostaccess", Severity::High),
    ("hostmount-anyuid", Severity::High),
    ("hostnetwork", Severity::Medium),
    ("hostnetwork-v2", Severity::Medium),
    ("anyuid", Severity::Medium),
    ("node-exporter", Severity::High),
];

const WHY: &str =
    "every pod of the account may be root, or have the node, whatever its own security context says";
const FIX: &str =
    "have it run under `restricted-v2`: an image without a fixed user, files that its group may write";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let scripts = scripts::with(*cx, &["add-scc-to-"]);
    let manifests = cx.deployed();
    let mut tell = Teller::new(findings);
    for script in scripts.iter().flatten() {
        for command in &script.commands {
            let words = command.program();
            let Some(at) = words.iter().position(|word| word.text.starts_with("add-scc-to-")) else {
                continue;
            };
            let Some((word, (name, severity))) =
                words.get(at + 1).and_then(|word| Some((word, wide(&word.text)?)))
            else {
                continue;
            };
            let message = format!("an account may use the constraint `{name}`");
            if let Some(report) = tell.elsewhere(&word.place, severity.less(1), message) {
                report.why(WHY).fix(Fix::manual(FIX));
            }
        }
    }
    let objects = manifests.iter().flat_map(|manifests| &manifests.objects);
    for object in objects.filter(|object| object.belongs.is_own()) {
        if !matches!(&*object.kind, "RoleBinding" | "ClusterRoleBinding") {
            continue;
        }
        let Some(role) = object.root.at("roleRef.name") else { continue };
        let constraint = role.as_str().and_then(|name| name.strip_prefix("system:openshift:scc:"));
        let Some((name, severity)) = constraint.and_then(wide) else { continue };
        let subject = object.root.at("subjects.0.name").and_then(Item::as_str).unwrap_or("an account");
        let message = format!("{} lets `{subject}` use the constraint `{name}`", object.label());
        if let Some(report) = tell.at(object, written(role), severity, message) {
            report.why(WHY).fix(Fix::manual(FIX));
        }
    }
    if scripts.is_err() && manifests.is_err() {
        return Err(Skip::because("no manifest of something that is deployed here, and no script"));
    }
    Ok(())
}

fn wide(name: &str) -> Option<(&'static str, Severity)> {
    WIDE.iter().find(|(known, _)| *known == name).copied()
}
