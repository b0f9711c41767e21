use std::collections::BTreeSet;

use super::{Judged, Lines, reads};
use crate::kube::Permission;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Low,
    serve: Serve::Inapplicable,
    check,
};

/// What the plugin asks for unless `objectTypes` says otherwise.
const DEFAULT: &[&str] = &[
    "pods",
    "services",
    "configmaps",
    "limitranges",
    "resourcequotas",
    "deployments",
    "replicasets",
    "statefulsets",
    "daemonsets",
    "horizontalpodautoscalers",
    "jobs",
    "cronjobs",
    "ingresses",
];

/// What other parts of the plugin read, or what tells nothing.
const ASIDE: &[&str] = &["namespaces", "events", "customresourcedefinitions"];

/// Groups of Kubernetes itself; those of others are read by plugins that only they know.
const OWN_GROUPS: &[&str] = &[
    "",
    "apps",
    "batch",
    "extensions",
    "autoscaling",
    "networking.k8s.io",
    "policy",
    "storage.k8s.io",
    "rbac.authorization.k8s.io",
    "admissionregistration.k8s.io",
    "certificates.k8s.io",
    "apiextensions.k8s.io",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let needed = needed(cx)?;
    let why = "what the account can read, everybody can who may use the plugin or its proxy";
    Lines::new(cx, findings)?.each(why, |_, permission| {
        let all = excess(permission, &needed);
        let first = all.first()?;
        let names: Vec<String> =
            all.iter().filter_map(|item| item.as_str()).map(|name| format!("`{name}`")).collect();
        Some(Judged {
            place: &first.place,
            severity: Severity::Low,
            what: format!("may read {}, which the Kubernetes plugin does not ask for", names.join(", ")),
            fix: "take it out, or list it in `kubernetes.objectTypes` where the plugin should show it",
        })
    });
    Ok(())
}

/// What the configurations make the plugin ask for.
fn needed(cx: &Context<'_>) -> Result<BTreeSet<String>, Skip> {
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut is_used = false;
    for production in cx.productions()? {
        let Some(kubernetes) = production.at("kubernetes").filter(|item| !item.is_null()) else { continue };
        is_used = true;
        match kubernetes.get("objectTypes") {
            Some(types) if types.is_unknown() => {
                return Err(Skip::because(
                    "the object types that the Kubernetes plugin asks for are not known",
                ));
            }
            Some(types) => needed.extend(types.items().iter().filter_map(Item::as_str).map(str::to_owned)),
            None => needed.extend(DEFAULT.iter().map(|name| (*name).to_owned())),
        }
        let plurals = kubernetes.find("**.customResources.*.plural");
        needed.extend(plurals.iter().filter_map(|(_, item)| item.as_str()).map(str::to_owned));
    }
    if is_used { Ok(needed) } else { Err(Skip::because("no configuration here has the Kubernetes plugin")) }
}

fn excess<'a>(permission: Permission<'a>, needed: &BTreeSet<String>) -> Vec<&'a Item> {
    let groups = permission.rule.get("apiGroups").map(Item::items).unwrap_or_default();
    let is_own = !groups.is_empty()
        && groups.iter().all(|group| group.as_str().is_some_and(|group| OWN_GROUPS.contains(&group)));
    if !is_own || !reads(permission) {
        return Vec::new();
    }
    let resources = permission.rule.get("resources").map(Item::items).unwrap_or_default();
    let is_excess = |item: &&Item| {
        item.as_str().is_some_and(|name| {
            let plain = name.split('/').next().unwrap_or(name);
            // Logs, shells and secrets have rules of their own.
            let is_told = name.contains('*') || plain == "secrets" || (plain == "pods" && name != "pods");
            !is_told && !needed.contains(plain) && !ASIDE.contains(&plain)
        })
    };
    resources.iter().filter(is_excess).collect()
}
