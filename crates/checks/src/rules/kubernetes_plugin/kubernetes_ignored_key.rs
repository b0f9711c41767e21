use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::KubernetesAccess, severity: Severity::Medium, serve: Serve::Reports, check };

/// The keys of a cluster that the plugin reads.
const CLUSTER: &[&str] = &[
    "name",
    "title",
    "url",
    "authProvider",
    "serviceAccountToken",
    "oidcTokenProvider",
    "authMetadata",
    "skipTLSVerify",
    "skipMetricsLookup",
    "caData",
    "caFile",
    "customResources",
    "dashboardUrl",
    "dashboardApp",
    "dashboardParameters",
    // Of the AWS strategy, before it moved into authMetadata.
    "assumeRole",
    "externalId",
];

/// Keys that are taken for a protection, and what protects instead.
const PROTECTIONS: &[(&str, &str)] = &[
    ("namespaces", "bind the service account with RoleBindings in these namespaces"),
    ("namespace", "bind the service account with a RoleBinding in this namespace"),
    ("exposeDashboard", "set `dashboardUrl`, or leave it out"),
    ("readOnly", "give the service account a role that only reads"),
    ("allowedNamespaces", "bind the service account with RoleBindings in these namespaces"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("kubernetes.clusterLocatorMethods.*.clusters.*")? {
        for (key, item) in setting.item.entries().filter(|(key, _)| !CLUSTER.contains(&&***key)) {
            let protects = PROTECTIONS.iter().find(|(name, _)| **key == **name);
            let (severity, why, what) = match protects {
                Some((_, instead)) => (
                    Severity::Medium,
                    "it filters nothing: the plugin shows, and its proxy reaches, all that the service account may see",
                    *instead,
                ),
                None => (
                    Severity::Low,
                    "the plugin does not read it, and no check of the reference says so",
                    "remove it",
                ),
            };
            findings
                .at(item.key_place(), format!("`{key}` of a cluster has no effect"))
                .severity(setting.severity(severity))
                .why(why)
                .fix(Fix::suggested(what, vec![Edit::remove(item)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
