use super::{Judged, Lines, WRITE, escalation, named};
use crate::kube::Permission;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Medium,
    serve: Serve::Inapplicable,
    check,
};

/// Groups in which creating something changes nothing: it asks a question.
const QUESTIONS: &[&str] = &["authorization.k8s.io", "authentication.k8s.io"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let why = "the plugin only reads; whatever reaches the portal's proxy can change the cluster";
    Lines::new(cx, findings)?.each(why, |grant, permission| {
        let verb = permission.one_of("verbs", WRITE)?;
        if is_told_elsewhere(permission) {
            return None;
        }
        let bad = if grant.is_cluster_wide() { Severity::High } else { Severity::Medium };
        let resources = permission.rule.get("resources").map(Item::items).unwrap_or_default();
        let first = resources.iter().find_map(Item::as_str)?;
        Some(Judged {
            place: &verb.place,
            severity: named(permission, bad),
            what: format!("may {} `{first}`", verb.as_str().unwrap_or_default()),
            fix: "leave `get`, `list` and `watch`; have templates change clusters through Git",
        })
    });
    Ok(())
}

/// Whether other rules say it, or it changes nothing that others have.
fn is_told_elsewhere(permission: Permission<'_>) -> bool {
    let resources = permission.rule.get("resources").map(Item::items).unwrap_or_default();
    let is_way = |item: &Item| {
        item.as_str().is_some_and(|text| {
            let way = text.strip_prefix("pods/").or_else(|| text.strip_suffix("/proxy"));
            way.is_some() || text == "leases"
        })
    };
    permission.one_of("resources", &["*"]).is_some()
        || permission.one_of("apiGroups", QUESTIONS).is_some()
        || escalation(permission).is_some()
        || resources.iter().all(is_way)
}
