//! Permissions that packages of Backstage ask for, and those that no policy can know.

use std::collections::BTreeMap;

use super::asked::Asked;
use crate::code::ast::{Expr, ExprKind};
use crate::code::{At, Code, Module};

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

/// A permission that a module asks for by what a package calls it, or by its name.
pub(super) enum Own<'a> {
    Constant(&'a str),
    Name(String),
}

impl Own<'_> {
    pub(super) fn asked(&self) -> Asked<'_> {
        match self {
            Own::Constant(constant) => Asked { name: "", constant, action: "", resource: "" },
            Own::Name(name) => Asked { name, constant: "", action: "", resource: "" },
        }
    }
}

/// The permissions that a module asks for, as far as they are not among the known ones.
pub(super) fn asked_in<'a>(code: &'a Code, module: &'a Module) -> Vec<Own<'a>> {
    let known = [TOMORROW, CATALOG_READ];
    let known: Vec<&Asked<'_>> = known.iter().chain(DANGEROUS).chain(PERSONAL).collect();
    let mut found = BTreeMap::new();
    module.walk(&mut |expr| {
        if found.len() >= MAX_OWN {
            return;
        }
        match &expr.kind {
            ExprKind::Call(call) => {
                if let (ExprKind::Ident(callee), Some(ExprKind::Ident(name))) =
                    (&call.callee.kind, call.args.get(1).map(|arg| &arg.kind))
                    && &**callee == "isPermission"
                    && !known.iter().any(|known| known.constant == &**name)
                {
                    found.insert(name.to_string(), Own::Constant(name));
                }
            }
            // `name === PERMISSIONS.approve`
            ExprKind::Binary { op: "===" | "==", sides } => {
                let is_name = |side: &&Expr| module.source(side.span).ends_with("ame");
                let text = sides
                    .iter()
                    .filter(|side| !is_name(side))
                    .find_map(|expr| At { code, module, expr }.text());
                if let Some(text) =
                    text.filter(|text| text.contains('.') && sides.iter().any(|side| is_name(&side)))
                    && !known.iter().any(|known| known.name == text)
                {
                    found.insert(text.clone(), Own::Name(text));
                }
            }
            _ => {}
        }
    });
    found.into_values().collect()
}
