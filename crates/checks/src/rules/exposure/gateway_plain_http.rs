use crate::fix::Fix;
use crate::kube::{Object, Teller, written};
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let near: Vec<&Object> =
        cx.manifests()?.objects.iter().filter(|object| object.belongs.is_near()).collect();
    let mut tell = Teller::new(findings);
    let mut looked = false;
    for object in &near {
        let plain = match (object.group(), &*object.kind) {
            ("gateway.networking.k8s.io", "Gateway") => listeners(object, &near),
            ("networking.istio.io", "Gateway") => servers(object),
            ("traefik.io" | "traefik.containo.us", "IngressRoute") => entry_points(object),
            _ => continue,
        };
        looked = true;
        for (item, alone) in plain {
            // Where there is TLS beside it, only who follows an old link comes this way.
            let severity = if alone { Severity::High } else { Severity::Medium };
            let message = format!("{} serves the portal over plain HTTP", object.label());
            if let Some(report) = tell.at(object, written(item), severity, message) {
                report
                    .why("tokens and cookies of whoever comes this way cross the network as plain text")
                    .fix(Fix::manual(match &*object.kind {
                        "IngressRoute" => {
                            "take `websecure` alone with `spec.tls`, and let `web` redirect to it"
                        }
                        _ if object.group() == "networking.istio.io" => {
                            "set `tls.httpsRedirect: true` for it, and serve by a server with TLS"
                        }
                        _ => "serve by an HTTPS listener, and attach to this one a route that only redirects",
                    }));
            }
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no Gateway or IngressRoute of a portal here")) }
}

/// The listeners for plain HTTP by which a route reaches a service, and whether there are no others.
fn listeners<'a>(gateway: &'a Object, near: &[&'a Object]) -> Vec<(&'a Item, bool)> {
    let all = gateway.root.at("spec.listeners").map(Item::items).unwrap_or_default();
    let is_plain = |listener: &&Item| listener.at("protocol").and_then(Item::as_str) == Some("HTTP");
    let alone = all.iter().all(|listener| is_plain(&listener));
    let serves = |listener: &&Item| {
        let name = listener.get("name").and_then(Item::as_str);
        near.iter().any(|route| {
            &*route.kind == "HTTPRoute" && is_attached(route, gateway, name) && reaches_a_service(route)
        })
    };
    let plain = all.iter().filter(is_plain).filter(serves);
    plain.map(|listener| (listener.get("protocol").unwrap_or(listener), alone)).collect()
}

fn is_attached(route: &Object, gateway: &Object, listener: Option<&str>) -> bool {
    let parents = route.root.at("spec.parentRefs").map(Item::items).unwrap_or_default();
    parents.iter().any(|parent| {
        let section = parent.get("sectionName");
        parent.get("name").and_then(Item::as_str) == Some(&*gateway.name)
            && section.is_none_or(|section| section.as_str() == listener)
    })
}

/// Whether one of its rules does not redirect. What is not known is taken to.
fn reaches_a_service(route: &Object) -> bool {
    let rules = route.root.at("spec.rules").map(Item::items).unwrap_or_default();
    rules.iter().any(|rule| {
        let redirects = rule.get("filters").is_some_and(|filters| {
            let is_redirect = |filter: &Item| {
                filter
                    .get("type")
                    .is_none_or(|kind| kind.is_unknown() || kind.as_str() == Some("RequestRedirect"))
            };
            filters.is_unknown() || filters.items().iter().any(is_redirect)
        });
        rule.get("backendRefs").is_some_and(|refs| !refs.items().is_empty()) && !redirects
    })
}

/// The servers of an Istio Gateway that serve plain HTTP and do not redirect, and whether there are no others.
fn servers(gateway: &Object) -> Vec<(&Item, bool)> {
    let all = gateway.root.at("spec.servers").map(Item::items).unwrap_or_default();
    let protocol =
        |server: &Item| server.at("port.protocol").and_then(Item::as_str).map(str::to_ascii_uppercase);
    let is_plain = |server: &Item| matches!(protocol(server).as_deref(), Some("HTTP" | "HTTP2"));
    let alone = all.iter().all(is_plain);
    let redirects = |server: &Item| {
        server.at("tls.httpsRedirect").is_some_and(|flag| flag.is_true() || flag.is_unknown())
    };
    let plain = all.iter().filter(|server| is_plain(server) && !redirects(server));
    plain.map(|server| (server.at("port.protocol").unwrap_or(server), alone)).collect()
}

/// The entry point for plain HTTP of a route of Traefik without TLS. A redirect may also stand in a middleware.
fn entry_points(route: &Object) -> Vec<(&Item, bool)> {
    let Some(points) = route.root.at("spec.entryPoints") else { return Vec::new() };
    let web = points.items().iter().find(|point| matches!(point.as_str(), Some("web" | "http")));
    let has_tls = route.root.at("spec.tls").is_some();
    let redirects = route.root.find("spec.routes.*.middlewares.*.name").into_iter().any(|(_, name)| {
        name.is_unknown()
            || name.as_str().is_some_and(|name| {
                let name = name.to_ascii_lowercase();
                name.contains("redirect") || name.contains("https")
            })
    });
    web.filter(|_| !has_tls && !redirects)
        .map(|point| (point, points.items().len() == 1))
        .into_iter()
        .collect()
}
