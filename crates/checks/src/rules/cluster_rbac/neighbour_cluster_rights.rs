use std::collections::BTreeMap;

use super::{Judged, WRITE, escalation, named, reads};
use crate::kube::{Object, Permission, Teller};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Medium,
    serve: Serve::Inapplicable,
    check,
};

/// What runs what it is told: who may make these has the rights of every account of a namespace.
const RUNNING: &[&str] = &[
    "pods",
    "deployments",
    "daemonsets",
    "statefulsets",
    "replicasets",
    "jobs",
    "cronjobs",
    "pipelineruns",
    "taskruns",
    "workflows",
];

const WHY: &str =
    "whoever gets into it has that in the portal's namespace too, as far as they share a cluster";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let manifests = cx.deployed()?;
    let accounts = manifests.accounts();
    let mut roles: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    let deployed = || manifests.objects.iter().filter(|object| object.belongs.is_deployed());
    for role in deployed().filter(|object| &*object.kind == "ClusterRole" && !object.belongs.is_portal()) {
        roles.entry(&role.name).or_default().push(role);
    }
    let mut tell = Teller::new(findings);
    for binding in deployed().filter(|object| &*object.kind == "ClusterRoleBinding") {
        let subjects = binding.root.get("subjects").map(Item::items).unwrap_or_default();
        let of_portal = subjects.iter().any(|subject| {
            subject.get("name").and_then(Item::as_str).is_some_and(|name| accounts.contains(name))
        });
        let is_account =
            |subject: &Item| subject.get("kind").and_then(Item::as_str) == Some("ServiceAccount");
        // The portal's own rights have rules of their own; those of people are somebody else's matter.
        if of_portal || binding.belongs.is_portal() || !subjects.iter().any(is_account) {
            continue;
        }
        let name = binding.root.at("roleRef.name").and_then(Item::as_str).unwrap_or_default();
        let mut found = false;
        for role in roles.get(name).into_iter().flatten().filter(|_| !name.is_empty()) {
            found |= tell_role(&mut tell, role, binding);
        }
        let kind = binding.root.get("kind").filter(|_| found && !binding.belongs.is_vendored());
        if let Some(kind) = kind {
            let message = format!("{} grants `{name}` in every namespace", binding.label());
            if let Some(report) = tell.at(binding, kind.key_place(), Severity::Medium, message) {
                report
                    .why("what it needs in one or two namespaces it may do in all of them, the portal's included")
                    .fix(crate::fix::Fix::manual("bind the role by a RoleBinding in each namespace that it works in"));
            }
        }
    }
    Ok(())
}

/// Reports the lines of a role, and says whether there are some.
fn tell_role(tell: &mut Teller<'_>, role: &Object, binding: &Object) -> bool {
    let mut found = false;
    for rule in role.root.get("rules").map(Item::items).unwrap_or_default() {
        let Some(judged) = judge(Permission { role, rule }) else { continue };
        found = true;
        let severity = judged.severity.less(u8::from(role.belongs.is_vendored()));
        let message = format!("{} {} of every namespace", role.label(), judged.what);
        let Some(report) = tell.at(role, judged.place, severity, message) else { continue };
        let place = binding.root.get("kind").map(Item::key_place);
        report
            .why(WHY)
            .fix(crate::fix::Fix::manual(judged.fix))
            .because(place, format!("{} grants it", binding.label()));
    }
    found
}

fn judge(permission: Permission<'_>) -> Option<Judged<'_>> {
    let verbs = permission.rule.get("verbs")?;
    let one = |list: &str, values: &[&str]| permission.one_of(list, values);
    let changes = one("verbs", WRITE).or_else(|| one("verbs", &["*"]));
    let (item, severity, what, fix): (&Item, _, &str, &'static str) = if let (Some(item), Some(_)) =
        (one("resources", &["*"]), changes)
    {
        (item, Severity::High, "may change everything", "name the groups, resources and verbs that it uses")
    } else if let Some(item) = escalation(permission) {
        (
            item,
            Severity::High,
            "may give itself more rights, by roles",
            "leave granting roles to people, or to a GitOps tool",
        )
    } else if let Some(item) = one("resources", &["securitycontextconstraints"])
        .filter(|_| one("verbs", &["use", "*"]).is_some() && !permission.is_named())
    {
        (
            item,
            Severity::High,
            "may use every constraint, `privileged` too, for pods",
            "name the constraint it needs in `resourceNames`",
        )
    } else if let Some(item) = one("resources", &["secrets"]).filter(|_| permission.in_group("")) {
        let what = match (reads(permission), changes.is_some()) {
            (true, true) => "may read and write the Secrets",
            (true, false) => "may read the Secrets",
            (false, true) => "may write the Secrets",
            (false, false) => return None,
        };
        // What is written is the worse half, and where a reviewer looks.
        let item = if changes.is_some() { verbs } else { item };
        (item, Severity::High, what, "name the Secrets in `resourceNames`, or have it work in one namespace")
    } else if let (Some(item), true) =
        (one("resources", &["pods/exec", "pods/attach"]), changes.is_some() || reads(permission))
    {
        (item, Severity::High, "may get a shell in pods", "take it out")
    } else if let (Some(_), Some(verb)) =
        (one("resources", RUNNING), one("verbs", &["create", "update", "patch", "*"]))
    {
        (
            verb,
            Severity::Medium,
            "may start what it likes as accounts",
            "bind it in the namespaces where it starts things",
        )
    } else {
        return None;
    };
    Some(Judged { place: &item.place, severity: named(permission, severity), what: what.to_owned(), fix })
}
