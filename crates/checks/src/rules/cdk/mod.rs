//! Infrastructure in TypeScript: the AWS Cloud Development Kit.

use crate::Context;
use crate::Place;
use crate::code::ast::ExprKind;
use crate::code::{At, CallAt, Code, Module};
use crate::rule::Skip;

super::topic! {
    cdk_public_load_balancer "cdk-public-load-balancer",
    cdk_plain_listener "cdk-plain-listener",
    cdk_public_address "cdk-public-address",
    cdk_wide_actions "cdk-wide-actions",
    cdk_short_log_retention "cdk-short-log-retention",
    cdk_image_latest "cdk-image-latest",
    cdk_database_exposed "cdk-database-exposed",
    cdk_shell_into_tasks "cdk-shell-into-tasks",
    cdk_cluster_endpoint_open "cdk-cluster-endpoint-open",
    cdk_cluster_admin_policy "cdk-cluster-admin-policy",
    cdk_registry_mutable_tags "cdk-registry-mutable-tags",
    cdk_trust_any_branch "cdk-trust-any-branch",
    cdk_firewall_open "cdk-firewall-open",
    cdk_secret_plain_env "cdk-secret-plain-env",
}

/// A property of an object in infrastructure code.
struct Property<'a> {
    key: &'a str,
    place: Place,
    value: At<'a>,
}

/// The modules that make infrastructure.
fn modules<'a>(cx: &Context<'a>) -> Result<Vec<(&'a Code, &'a Module)>, Skip> {
    let code = cx.code()?;
    let all: Vec<_> = code
        .modules()
        .filter(|module| module.text().contains("aws-cdk-lib") || module.text().contains("@aws-cdk/"))
        .map(|module| (code, module))
        .collect();
    if all.is_empty() { Err(Skip::because("no code of the AWS CDK here")) } else { Ok(all) }
}

/// Every object that has a property with one of these names.
fn objects<'a>(cx: &Context<'a>, keys: &[&str]) -> Result<Vec<At<'a>>, Skip> {
    let mut found = Vec::new();
    for (code, module) in modules(cx)? {
        module.walk(&mut |expr| {
            let ExprKind::Object(all) = &expr.kind else { return };
            if all.iter().any(|property| property.key.as_deref().is_some_and(|key| keys.contains(&key))) {
                found.push(At { code, module, expr });
            }
        });
    }
    Ok(found)
}

/// Every property with one of these names.
fn properties<'a>(cx: &Context<'a>, keys: &[&str]) -> Result<Vec<Property<'a>>, Skip> {
    let mut found = Vec::new();
    for (code, module) in modules(cx)? {
        module.walk(&mut |expr| {
            let ExprKind::Object(all) = &expr.kind else { return };
            for property in all {
                let Some(key) = property.key.as_deref().filter(|key| keys.contains(key)) else { continue };
                let value = At { code, module, expr: &property.value };
                found.push(Property { key, place: module.place(property.key_span), value });
            }
        });
    }
    Ok(found)
}

/// The options of a construct, `new X(scope, id, options)`, if all of them are written there.
fn options(call: CallAt<'_>) -> Option<At<'_>> {
    let at = call.arg(2)?.value();
    let ExprKind::Object(all) = &at.expr.kind else { return None };
    all.iter().all(|property| property.key.is_some()).then_some(at)
}

/// Whether a construct is of a service: `eks.Cluster`, or `Cluster` imported from there.
fn is_made_of(call: CallAt<'_>, service: &str) -> bool {
    let is_named = call.receiver().is_some_and(|receiver| receiver.source() == service);
    is_named
        || call.callee().external().is_some_and(|(source, _)| {
            source.rsplit('/').next().and_then(|name| name.strip_prefix("aws-")) == Some(service)
        })
}

impl Property<'_> {
    fn is(&self, wanted: bool) -> bool {
        self.value.constant() == crate::code::Constant::Bool(wanted)
    }
}
