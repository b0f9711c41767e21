//! Labels, and what selects by them.

use crate::Item;
use crate::kube::{Object, Pod};

/// Whether labels have all that is wanted. What is not known counts as wanted and not there.
pub(super) fn matches(wanted: &Item, labels: Option<&Item>) -> bool {
    let Some(labels) = labels else { return false };
    wanted.as_map().is_some_and(|map| {
        !map.is_empty()
            && map.iter().all(|(key, value)| {
                let there = labels.get(key).and_then(Item::as_str);
                there.is_some() && there == value.as_str()
            })
    })
}

/// Whether a Service sends to a pod.
pub(super) fn service_selects(service: &Object, pod: Pod<'_>) -> bool {
    let labels = pod.metadata.and_then(|metadata| metadata.get("labels"));
    service.root.at("spec.selector").is_some_and(|wanted| matches(wanted, labels))
}

/// The names of the Services that an Ingress, Route or `HTTPRoute` sends to.
pub(super) fn backends(object: &Object) -> Vec<&str> {
    let paths: &[&str] = match object.kind.as_ref() {
        "Ingress" => &[
            "spec.rules.*.http.paths.*.backend.service.name",
            "spec.rules.*.http.paths.*.backend.serviceName",
            "spec.defaultBackend.service.name",
            "spec.backend.serviceName",
        ],
        "Route" => &["spec.to.name"],
        "HTTPRoute" | "TLSRoute" | "TCPRoute" => &["spec.rules.*.backendRefs.*.name"],
        "IngressRoute" => &["spec.routes.*.services.*.name"],
        "VirtualService" => &["spec.http.*.route.*.destination.host"],
        _ => &[],
    };
    paths.iter().flat_map(|path| object.root.find(path)).filter_map(|(_, item)| item.as_str()).collect()
}
