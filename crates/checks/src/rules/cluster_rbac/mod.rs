//! What the portal's accounts may do in a cluster.

use crate::kube::{Grant, Manifests, Permission, Teller};
use crate::rule::Skip;
use crate::{Context, Findings, Item, Place, Severity};

super::topic! {
    cluster_admin "cluster-admin",
    rbac_wildcard "rbac-wildcard",
    rbac_reads_secrets "rbac-reads-secrets",
    rbac_escalates "rbac-escalates",
    rbac_pod_access "rbac-pod-access",
    rbac_writes "rbac-writes",
    rbac_pod_logs "rbac-pod-logs",
    rbac_more_than_needed "rbac-more-than-needed",
    rbac_cluster_wide "rbac-cluster-wide",
    rbac_aggregated "rbac-aggregated",
    token_secret "token-secret",
    neighbour_cluster_rights "neighbour-cluster-rights",
    argo_default_project "argo-default-project",
    argo_project_wide "argo-project-wide",
    argo_everyone_admin "argo-everyone-admin",
    scc_privileged "scc-privileged",
}

const READ: &[&str] = &["get", "list", "watch"];
const WRITE: &[&str] = &["create", "update", "patch", "delete", "deletecollection"];

/// Looks at every line of every role of the portal.
struct Lines<'a, 'f> {
    manifests: &'a Manifests,
    tell: Teller<'f>,
}

impl<'a, 'f> Lines<'a, 'f> {
    fn new(cx: &Context<'a>, findings: &'f mut Findings) -> Result<Self, Skip> {
        Ok(Self { manifests: cx.manifests()?, tell: Teller::new(findings) })
    }

    /// Reports what `judge` finds in a line: where, how bad, what, and what to do.
    fn each(&mut self, why: &'static str, judge: impl Fn(Grant<'a>, Permission<'a>) -> Option<Judged<'a>>) {
        for (grant, permission) in self.manifests.permissions() {
            let Some(judged) = judge(grant, permission) else { continue };
            let role = permission.role;
            let message = format!("{} {}", role.label(), judged.what);
            let Some(report) = self.tell.at(role, judged.place, judged.severity, message) else { continue };
            let report = report.why(why).fix(crate::fix::Fix::manual(judged.fix));
            if let Some(binding) = grant.binding {
                let place = binding.root.get("kind").map(Item::key_place);
                report.because(place, format!("{} grants it", binding.label()));
            }
        }
    }
}

/// What is found in a line.
struct Judged<'a> {
    place: &'a Place,
    severity: Severity,
    what: String,
    fix: &'static str,
}

/// Whether only some named objects are meant, which is less.
fn named(permission: Permission<'_>, severity: Severity) -> Severity {
    severity.less(u8::from(permission.is_named()))
}

/// Whether a line lets read.
fn reads(permission: Permission<'_>) -> bool {
    permission.one_of("verbs", READ).is_some() || permission.one_of("verbs", &["*"]).is_some()
}

/// Whether a line hands out rights: binds or escalates roles, or takes on who somebody else is.
fn escalation(permission: Permission<'_>) -> Option<&Item> {
    let changes = permission.one_of("verbs", &["create", "update", "patch", "*"]).is_some();
    let roles =
        permission.one_of("resources", &["roles", "clusterroles", "rolebindings", "clusterrolebindings"]);
    permission.one_of("verbs", &["escalate", "bind", "impersonate"]).or_else(|| {
        let in_group = permission.in_group("rbac.authorization.k8s.io");
        let token = permission.one_of("resources", &["serviceaccounts/token"]);
        roles
            .filter(|_| in_group && changes)
            .or_else(|| token.filter(|_| permission.one_of("verbs", &["create", "*"]).is_some()))
    })
}
