//! Permissions that packages of Backstage ask for, and those that no policy can know.

use super::asked::Asked;
use crate::code::Module;
use crate::code::ast::ExprKind;

/// Permissions of others that are asked for.
const MAX_OWN: usize = 40;

const fn permission(
    name: &'static str,
    constant: &'static str,
    action: &'static str,
    resource: &'static str,
) -> Asked<'static> {
    Asked { name, constant, action, resource }
}

/// What a plugin brings tomorrow.
pub(super) const TOMORROW: Asked<'static> =
    permission("tomorrow.thing.use", "tomorrowThingUsePermission", "", "");

/// What a plugin that is known brings tomorrow.
pub(super) const TOMORROW_OF: &[Asked<'static>] = &[
    permission("catalog.entity.tomorrow", "catalogEntityTomorrowPermission", "", ""),
    permission("scaffolder.task.tomorrow", "taskTomorrowPermission", "", ""),
    permission("kubernetes.tomorrow", "kubernetesTomorrowPermission", "", ""),
];

/// What everybody needs, and nobody else should have.
pub(super) const CATALOG_READ: Asked<'static> =
    permission("catalog.entity.read", "catalogEntityReadPermission", "read", "catalog-entity");

/// What is not for everybody who can sign in.
pub(super) const DANGEROUS: &[Asked<'static>] = &[
    permission("catalog.entity.delete", "catalogEntityDeletePermission", "delete", "catalog-entity"),
    permission("catalog.location.create", "catalogLocationCreatePermission", "create", ""),
    permission("catalog.location.delete", "catalogLocationDeletePermission", "delete", ""),
    permission("scaffolder.task.cancel", "taskCancelPermission", "", ""),
    permission("scaffolder.template.management", "templateManagementPermission", "", ""),
    permission("kubernetes.proxy", "kubernetesProxyPermission", "", ""),
    permission("devtools.administer", "devToolsAdministerPermission", "", ""),
    permission("devtools.config.read", "devToolsConfigReadPermission", "read", ""),
    permission("policy.entity.create", "policyEntityCreatePermission", "create", ""),
    permission("policy.entity.update", "policyEntityUpdatePermission", "update", "policy-entity"),
    permission("policy.entity.delete", "policyEntityDeletePermission", "delete", "policy-entity"),
];

/// What only people use, so that nobody needs it without a user.
pub(super) const PERSONAL: &[Asked<'static>] = &[
    permission("scaffolder.task.create", "taskCreatePermission", "create", ""),
    permission("scaffolder.task.read", "taskReadPermission", "read", ""),
    permission("scaffolder.action.execute", "actionExecutePermission", "", "scaffolder-action"),
    permission("kubernetes.clusters.read", "kubernetesClustersReadPermission", "read", ""),
    permission("kubernetes.resources.read", "kubernetesResourcesReadPermission", "read", ""),
    permission("catalog.entity.create", "catalogEntityCreatePermission", "create", ""),
    permission("catalog.entity.refresh", "catalogEntityRefreshPermission", "update", "catalog-entity"),
];

/// What packages call the permissions that a module imports, as far as they are not among the known ones.
pub(super) fn named_in(module: &Module) -> Vec<&str> {
    let known = [TOMORROW, CATALOG_READ];
    let known: Vec<&str> = known.iter().chain(DANGEROUS).chain(PERSONAL).map(|one| one.constant).collect();
    let mut found: Vec<&str> = Vec::new();
    module.walk(&mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let (ExprKind::Ident(callee), Some(ExprKind::Ident(name))) =
                (&call.callee.kind, call.args.get(1).map(|arg| &arg.kind))
            && &**callee == "isPermission"
            && !known.contains(&&**name)
            && !found.contains(&&**name)
            && found.len() < MAX_OWN
        {
            found.push(name);
        }
    });
    found
}
