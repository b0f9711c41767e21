//! Annotations by which controllers admit only some addresses, or ask who comes before they let anyone in.

use std::collections::BTreeSet;

use crate::Item;
use crate::kube::{Manifests, Object};

/// What an Ingress or Route says about who may come.
pub(super) enum Allowed<'a> {
    /// It names addresses, is only inside, or asks who comes first. Also what is decided by something not here.
    Some,
    /// It names all addresses, here.
    Anyone(&'a Item),
    /// It says nothing.
    Unsaid,
}

/// Ends of annotations that hold addresses that may come.
const RANGES: &[&str] = &[
    "/whitelist-source-range",
    "/allowlist-source-range",
    "/allow-list",
    "/whitelist",
    "/inbound-cidrs",
    "/ip_whitelist",
    "/ip_allowlist",
    "/ip-whitelist",
    "/ip-allowlist",
    "/load-balancer-source-ranges",
    "/restrict-access",
];

/// Annotations that ask who comes, or leave it to something that is not in the Ingress.
const GUARDS: &[&str] = &[
    "nginx.ingress.kubernetes.io/auth-url",
    "nginx.ingress.kubernetes.io/auth-tls-secret",
    "nginx.ingress.kubernetes.io/auth-type",
    "nginx.org/policies",
    "haproxy-ingress.github.io/auth-url",
    "haproxy-ingress.github.io/auth-tls-secret",
    "ingress.kubernetes.io/auth-type",
    "alb.ingress.kubernetes.io/security-groups",
    "alb.ingress.kubernetes.io/auth-type",
    "alb.ingress.kubernetes.io/wafv2-acl-arn",
    "appgw.ingress.kubernetes.io/waf-policy-for-path",
    "konghq.com/plugins",
    "kubernetes.io/ingress.regional-static-ip-name",
    "cloud.google.com/backend-config",
    "networking.gke.io/v1beta1.FrontendConfig",
    "ingress.cilium.io/loadbalancer-class",
    "router.openshift.io/router",
];

pub(super) fn allowed<'a>(object: &'a Object, manifests: &Manifests, groups: &BTreeSet<&str>) -> Allowed<'a> {
    for (key, value) in object.annotations() {
        if RANGES.iter().any(|end| key.ends_with(end)) {
            let all = |text: &str| text.contains("0.0.0.0/0") || text.contains("::/0");
            return match value.as_str() {
                Some(text) if all(text) => Allowed::Anyone(value),
                _ => Allowed::Some,
            };
        }
        if GUARDS.contains(&&**key) || is_private(key, value) || is_snippet(key, value) {
            return Allowed::Some;
        }
        if &**key == GROUP && is_left_to_group(object, value, groups) {
            return Allowed::Some;
        }
        if key.ends_with("/router.middlewares") && has_guard(value, manifests) {
            return Allowed::Some;
        }
    }
    let class = super::class_name(object);
    let is_private_class =
        ["internal", "private", "intranet", "tailscale"].iter().any(|word| class.contains(word));
    // The controller of AWS makes what does not say internal unless told.
    let scheme = object.annotation("alb.ingress.kubernetes.io/scheme");
    if is_private_class || (class == "alb" && scheme.is_none()) || is_unknown_class(object) {
        return Allowed::Some;
    }
    if backend_is_guarded(object, manifests) {
        return Allowed::Some;
    }
    Allowed::Unsaid
}

/// The annotation by which Ingresses share one load balancer.
const GROUP: &str = "alb.ingress.kubernetes.io/group.name";

/// The load balancers of which some Ingress says who may come, or may: it then holds for all of them.
pub(super) fn guarded_groups(manifests: &Manifests) -> BTreeSet<&str> {
    let guards = ["inbound-cidrs", "security-groups", "wafv2-acl-arn", "auth-type"];
    let says = |object: &&Object| {
        object.has_unknown_annotations()
            || object.annotations().any(|(key, _)| guards.iter().any(|guard| key.ends_with(guard)))
    };
    let groups = manifests.objects.iter().filter(|object| object.annotation(GROUP).is_some());
    groups.filter(says).filter_map(|object| object.annotation(GROUP)?.as_str()).collect()
}

/// Whether an Ingress leaves who may come to others that share its load balancer; not where it says that it faces the
/// internet, and none that is here says more.
fn is_left_to_group(own: &Object, group: &Item, guarded: &BTreeSet<&str>) -> bool {
    let scheme = own.annotation("alb.ingress.kubernetes.io/scheme").and_then(Item::as_str);
    scheme != Some("internet-facing") || group.as_str().is_none_or(|name| guarded.contains(name))
}

fn is_unknown_class(object: &Object) -> bool {
    super::class(object).is_some_and(Item::is_unknown)
}

/// An address that only the inside reaches.
fn is_private(key: &str, value: &Item) -> bool {
    let text = value.as_str().unwrap_or_default();
    match key {
        "alb.ingress.kubernetes.io/scheme" => text == "internal" || value.is_unknown(),
        "appgw.ingress.kubernetes.io/use-private-ip" => value.as_bool() != Some(false),
        _ => false,
    }
}

/// Directives of nginx that refuse all but some.
fn is_snippet(key: &str, value: &Item) -> bool {
    key.ends_with("-snippet")
        && (value.is_unknown() || value.as_str().is_some_and(|text| text.contains("deny all")))
}

/// Whether a list of Traefik's middlewares has one that refuses some, or one that is not here.
fn has_guard(list: &Item, manifests: &Manifests) -> bool {
    let Some(text) = list.as_str() else { return true };
    text.split(',').map(str::trim).any(|named| {
        let plain = named.split('@').next().unwrap_or(named);
        let found = manifests.objects.iter().find(|object| {
            &*object.kind == "Middleware"
                && !object.name.is_empty()
                && (plain == &*object.name || plain.ends_with(&format!("-{}", object.name)))
        });
        found.is_none_or(is_guard)
    })
}

/// Whether a middleware of Traefik refuses some.
pub(super) fn is_guard(middleware: &Object) -> bool {
    let spec = middleware.root.get("spec");
    spec.is_none_or(|spec| {
        spec.is_unknown()
            || ["ipAllowList", "ipWhiteList", "forwardAuth", "basicAuth", "digestAuth", "chain", "plugin"]
                .iter()
                .any(|key| spec.get(key).is_some())
    })
}

/// Whether the Service behind it says who may come, as for Google's load balancers, or a policy of the mesh does.
fn backend_is_guarded(object: &Object, manifests: &Manifests) -> bool {
    let names: Vec<&str> = [
        "spec.rules.*.http.paths.*.backend.service.name",
        "spec.rules.*.http.paths.*.backend.serviceName",
        "spec.defaultBackend.service.name",
        "spec.to.name",
    ]
    .into_iter()
    .flat_map(|path| object.root.find(path))
    .filter_map(|(_, item)| item.as_str())
    .collect();
    manifests.services().filter(|service| names.contains(&&*service.name)).any(|service| {
        service
            .annotations()
            .any(|(key, _)| key.ends_with("backend-config") || key.starts_with("konghq.com/"))
    })
}
