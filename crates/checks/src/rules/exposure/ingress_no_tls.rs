use super::{all_ways_in, annotation_text, class_name, is_inside};
use crate::fix::Fix;
use crate::kube::{Object, Teller, written};
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for way in all_ways_in(cx.deployed()?) {
        if way.has_unknown_annotations() || has_tls(way) {
            continue;
        }
        let severity = if is_inside(way) {
            Severity::Low
        } else if annotation_text(way, "kubernetes.io/tls-acme").as_deref() == Some("true") {
            // A controller that is not here may add it.
            Severity::Medium
        } else {
            Severity::High
        };
        let message = format!("{} has no TLS", way.label());
        let of_values = super::values_place(cx, way, ".tls");
        // Of several files of values, the one that has the Ingress made.
        let is_own = |place: &&Place| {
            !place.path.contains("values")
                || *way.unit == *place.path
                || place.path.rsplit_once('/').is_some_and(|(folder, _)| folder == &*way.unit)
        };
        let empty = way.root.at("spec.tls").map(written).filter(is_own);
        // A controller that is told to listen for plain HTTP alone.
        let ports = way.annotation("alb.ingress.kubernetes.io/listen-ports").map(Item::key_place);
        let place = empty.or(of_values.as_ref()).or(ports).unwrap_or(way.spec_place());
        if let Some(report) = tell.at(way, place, severity, message) {
            let what = if &*way.kind == "Route" {
                "set `spec.tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect}`"
            } else {
                "name its hosts and a certificate's Secret in `spec.tls`"
            };
            report
                .why("tokens and cookies of everybody who is signed in cross the network as plain text")
                .fix(Fix::manual(what));
        }
    }
    Ok(())
}

/// Whether it says that it speaks TLS, in a field or an annotation, or may say so.
fn has_tls(way: &Object) -> bool {
    let spec = way.root.get("spec");
    if spec.is_none_or(|spec| spec.is_unknown() || spec.get("?").is_some()) {
        return true;
    }
    if let Some(tls) = way.root.at("spec.tls") {
        let is_empty = tls.is_null()
            || (tls.as_map().is_none_or(indexmap::IndexMap::is_empty) && tls.items().is_empty());
        if tls.is_unknown() || !is_empty {
            return true;
        }
    }
    let class = class_name(way);
    way.annotations().any(|(key, value)| {
        let text = value.as_str().unwrap_or_default();
        let names_certificate = matches!(
            &**key,
            "alb.ingress.kubernetes.io/certificate-arn"
                | "networking.gke.io/managed-certificates"
                | "ingress.gcp.kubernetes.io/pre-shared-cert"
                | "appgw.ingress.kubernetes.io/appgw-ssl-certificate"
                | "appgw.ingress.kubernetes.io/appgw-ssl-profile"
                | "route.openshift.io/termination"
                | "traefik.ingress.kubernetes.io/router.tls.certresolver"
        );
        let is_https = match &**key {
            "alb.ingress.kubernetes.io/listen-ports" => text.contains("HTTPS") || value.is_unknown(),
            "traefik.ingress.kubernetes.io/router.tls" => value.as_bool() != Some(false),
            "traefik.ingress.kubernetes.io/router.entrypoints" => text.contains("websecure"),
            // With the controller's own certificate.
            "nginx.ingress.kubernetes.io/force-ssl-redirect"
            | "nginx.ingress.kubernetes.io/ssl-passthrough" => value.is_true(),
            _ => false,
        };
        names_certificate || is_https
    }) || class == "tailscale"
        || class.contains("cloudflare")
}
