use super::allowed::{Allowed, allowed, guarded_groups, is_guard};
use super::{all_ways_in, annotations_place, is_inside, is_loopback};
use crate::fix::Fix;
use crate::kube::{Manifests, Object, Source, Teller, written};
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const WHY: &str = "where the controller's address is public, every stranger gets to the sign-in page and what is open behind it";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let manifests = cx.deployed()?;
    let groups = guarded_groups(manifests);
    let mut tell = Teller::new(findings);
    for way in all_ways_in(manifests) {
        if way.has_unknown_annotations() || is_loopback(way) {
            continue;
        }
        let scheme = way.annotation("alb.ingress.kubernetes.io/scheme");
        let public = scheme.filter(|scheme| scheme.as_str() == Some("internet-facing"));
        let (place, severity, what): (&Place, _, _) = match (allowed(way, manifests, &groups), public) {
            (Allowed::Some, _) => continue,
            (Allowed::Anyone(item), _) => (written(item), Severity::High, "allows every address"),
            (Allowed::Unsaid, Some(scheme)) => {
                (written(scheme), Severity::High, "faces the internet and admits every address")
            }
            // Who may come to what is not the portal's is only asked where it says that all do.
            (Allowed::Unsaid, None) if !way.belongs.is_near() => continue,
            (Allowed::Unsaid, None) => {
                // Names of the inside keep nobody out who knows the controller's address, but it is seldom public.
                let severity = if is_inside(way) { Severity::Low } else { Severity::Medium };
                let rules = way.root.at("spec.rules").map(Item::key_place);
                let place = match way.source {
                    Source::Helm => annotations_place(way),
                    _ => rules.unwrap_or(way.spec_place()),
                };
                (place, severity, "admits every address")
            }
        };
        report(&mut tell, way, place, severity, what);
    }
    // What the controller of EKS makes of every ingress of a class.
    for class in manifests.of_kinds(&["IngressClassParams"]) {
        let scheme = class.root.at("spec.scheme").filter(|scheme| scheme.as_str() == Some("internet-facing"));
        let cidrs =
            ["spec.inboundCIDRs", "spec.inboundCidrs"].iter().any(|path| class.root.at(path).is_some());
        if let (Some(scheme), false) = (scheme, cidrs) {
            let what = "makes load balancers that face the internet and admit every address";
            report(&mut tell, class, written(scheme), Severity::High, what);
        }
    }
    for way in manifests.of_kinds(&["IngressRoute"]) {
        let routes = way.root.at("spec.routes").filter(|routes| !is_guarded(routes, manifests));
        if let Some(routes) = routes {
            report(&mut tell, way, routes.key_place(), Severity::Medium, "admits every address");
        }
    }
    Ok(())
}

fn report(tell: &mut Teller<'_>, way: &Object, place: &Place, severity: Severity, what: &str) {
    if let Some(report) = tell.at(way, place, severity, format!("{} {what}", way.label())) {
        report.why(WHY).fix(Fix::manual(how(way)));
    }
}

/// How its controller is told who may come.
fn how(way: &Object) -> &'static str {
    let class = super::class_name(way);
    match &*way.kind {
        "Route" => {
            "set the annotation `haproxy.router.openshift.io/ip_allowlist` to the ranges that people come from"
        }
        "IngressRoute" => "use a Middleware with `ipAllowList`",
        _ if class.contains("alb") => {
            "make it `alb.ingress.kubernetes.io/scheme: internal`, or name ranges in `alb.ingress.kubernetes.io/inbound-cidrs`"
        }
        _ if class.contains("traefik") => {
            "name a Middleware with `ipAllowList` in `traefik.ingress.kubernetes.io/router.middlewares`"
        }
        _ if class.contains("haproxy") => {
            "set the annotation `haproxy.org/allow-list` to the ranges that people come from"
        }
        _ if class.contains("gce") => {
            "use the class `gce-internal`, or Cloud Armor or IAP through a BackendConfig"
        }
        _ if class.contains("azure") || class.contains("application-gateway") => {
            "set `appgw.ingress.kubernetes.io/use-private-ip: \"true\"`"
        }
        _ if class.contains("kong") => "name a KongPlugin `ip-restriction` in `konghq.com/plugins`",
        _ if class.contains("nginx") => {
            "set the annotation `nginx.ingress.kubernetes.io/whitelist-source-range`"
        }
        _ => {
            "name the ranges that people come from in the controller's annotation, or use one with a private address"
        }
    }
}

/// Whether some route of Traefik's has a middleware that refuses some, or that is not here.
fn is_guarded(routes: &Item, manifests: &Manifests) -> bool {
    routes.is_unknown()
        || routes.items().iter().any(|route| {
            let names = route.get("middlewares").map(Item::items).unwrap_or_default();
            names.iter().any(|named| {
                let name = named.get("name").and_then(Item::as_str);
                let found = manifests
                    .objects
                    .iter()
                    .find(|object| &*object.kind == "Middleware" && Some(&*object.name) == name);
                found.is_none_or(is_guard)
            })
        })
}
