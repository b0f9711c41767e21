//! What a load balancer's Service says about who reaches it.

use crate::Item;

/// Annotations of a Service that make its load balancer one of the inside: name, and what its value must hold
/// (empty: anything but `false`).
const INSIDE: &[(&str, &str)] = &[
    ("service.beta.kubernetes.io/aws-load-balancer-internal", ""),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", ""),
    ("networking.gke.io/load-balancer-type", "internal"),
    ("cloud.google.com/load-balancer-type", "internal"),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", ""),
    ("service.beta.kubernetes.io/oci-load-balancer-internal", ""),
    ("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", "intranet"),
    ("service.beta.kubernetes.io/do-loadbalancer-network", "internal"),
    ("service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type", "private"),
    ("load-balancer.hetzner.cloud/disable-public-network", ""),
    ("service.kubernetes.io/qcloud-loadbalancer-internal-subnetid", ""),
];

/// Annotations that hold ranges, or name groups of rules that do.
const RANGES: &[&str] = &[
    "service.beta.kubernetes.io/load-balancer-source-ranges",
    "service.beta.kubernetes.io/aws-load-balancer-security-groups",
    "service.beta.kubernetes.io/azure-allowed-service-tags",
    "service.beta.kubernetes.io/azure-allowed-ip-ranges",
    "service.beta.kubernetes.io/do-loadbalancer-allow-rules",
    "service.beta.kubernetes.io/oci-load-balancer-security-list-management-mode",
];

const SCHEME: &str = "service.beta.kubernetes.io/aws-load-balancer-scheme";
const TYPE: &str = "service.beta.kubernetes.io/aws-load-balancer-type";

/// Where a Service of this specification, with these annotations, is open to all the world; none where it is not, or
/// that is not known.
pub(super) fn open_to_all<'a>(spec: &'a Item, annotations: Option<&'a Item>) -> Option<&'a Item> {
    let kind = spec.get("type").filter(|kind| kind.as_str() == Some("LoadBalancer"))?;
    if spec.get("?").is_some() {
        return None;
    }
    let class = spec.get("loadBalancerClass").map(|class| class.as_str().unwrap_or("unknown"));
    if class.is_some_and(|class| class == "tailscale" || class == "unknown" || class.contains("internal")) {
        return None;
    }
    if let Some(ranges) = spec.get("loadBalancerSourceRanges").filter(|ranges| !ranges.is_null()) {
        let everywhere =
            ranges.items().iter().find(|item| matches!(item.as_str(), Some("0.0.0.0/0" | "::/0")));
        if ranges.is_unknown() || everywhere.is_some() || !ranges.items().is_empty() {
            return everywhere;
        }
    }
    let Some(annotations) = annotations else { return Some(kind) };
    if annotations.is_unknown() || annotations.get("?").is_some() {
        return None;
    }
    let is_inside = INSIDE.iter().any(|(name, wanted)| {
        annotations.get(name).is_some_and(|item| {
            let text = item.as_str().unwrap_or_default().to_ascii_lowercase();
            item.is_unknown() || (item.as_bool() != Some(false) && text.contains(wanted))
        })
    });
    // The load balancers of addresses that a cluster at home hands out are as public as its network.
    let is_home = annotations.entries().any(|(key, _)| {
        key.starts_with("metallb.") || key.starts_with("kube-vip.io/") || key.starts_with("tailscale.com/")
    });
    let has_ranges = RANGES.iter().any(|name| annotations.get(name).is_some());
    let scheme = annotations.get(SCHEME);
    // What the controller of AWS makes is internal unless told.
    let is_default_internal = scheme.is_none()
        && annotations.get(TYPE).is_some_and(|kind| matches!(kind.as_str(), Some("external" | "nlb-ip")));
    let is_open = !is_inside && !is_home && !has_ranges && !is_default_internal;
    is_open.then(|| scheme.unwrap_or(kind))
}
