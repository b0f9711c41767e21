//! Who can reach the portal through the cluster.

mod allowed;
mod entrance;

use crate::kube::{Manifests, Object, Source};
use crate::{Context, Item};

super::topic! {
    public_load_balancer "public-load-balancer",
    node_port "node-port",
    ingress_no_source_range "ingress-no-source-range",
    ingress_no_tls "ingress-no-tls",
    ingress_plain_http_allowed "ingress-plain-http-allowed",
    gateway_plain_http "gateway-plain-http",
    load_balancer_annotation_on_ingress "load-balancer-annotation-on-ingress",
    ingress_class_annotation "ingress-class-annotation",
    ingress_nginx_retired "ingress-nginx-retired",
    network_policy_missing "network-policy-missing",
    network_policy_off "network-policy-off",
}

/// The annotation that named an Ingress's class before there was a field.
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// Where an Ingress says which controller serves it.
fn class(ingress: &Object) -> Option<&Item> {
    ingress.annotation(CLASS_ANNOTATION).or_else(|| ingress.root.at("spec.ingressClassName"))
}

/// Its class, in lower case; empty where it says none, or it is not known.
fn class_name(ingress: &Object) -> String {
    class(ingress).and_then(Item::as_str).unwrap_or_default().to_ascii_lowercase()
}

/// The text of an annotation; booleans and numbers, which a cluster refuses but people write, as text.
fn annotation_text(object: &Object, name: &str) -> Option<String> {
    let item = object.annotation(name)?;
    match item.as_bool() {
        Some(flag) if item.as_str().is_none() => Some(flag.to_string()),
        _ => item.as_str().map(str::to_ascii_lowercase),
    }
}

/// Where the annotations of an Ingress are, else its rules: where to write what is missing.
fn annotations_place(object: &Object) -> &crate::Place {
    let annotations = object.root.at("metadata.annotations").filter(|item| item.as_map().is_some());
    annotations.or_else(|| object.root.at("spec.rules")).map_or(object.spec_place(), crate::kube::written)
}

/// Where the values of a chart say how it is reached, if its template asks them about something.
fn values_place(cx: &Context<'_>, object: &Object, asks: &str) -> Option<crate::Place> {
    let template = &object.spec_place().path;
    let (chart, _) = template.split_once("/templates/").filter(|_| object.source == Source::Helm)?;
    let files = &cx.repository().files;
    if !files.get(template)?.text()?.contains(asks) {
        return None;
    }
    let own =
        [object.unit.to_string(), format!("{}/values.yaml", object.unit), format!("{chart}/values.yaml")];
    let section = own.iter().find_map(|path| files.get(path)?.tree()?.get("ingress"));
    section.filter(|section| section.as_map().is_some()).map(|section| section.key_place().clone())
}

/// Ports of databases and caches.
const STORES: &[f64] = &[5432.0, 3306.0, 27017.0, 6379.0, 9200.0, 11211.0, 2379.0];

/// Whether a Service opens the port of a database or a cache.
fn store_port(service: &Object) -> bool {
    let ports = service.root.find("spec.ports.*.port");
    ports.iter().any(|(_, port)| port.as_number().is_some_and(|port| STORES.contains(&port)))
}

/// Services of the portal and beside it, and those of other databases: a demo's port is a demo's, but a database is one
/// wherever it stands.
fn services(manifests: &Manifests) -> impl Iterator<Item = &Object> {
    let own = manifests.objects.iter().filter(|object| object.belongs.is_own());
    let services = own.filter(|object| &*object.kind == "Service" && object.group().is_empty());
    services.filter(|service| service.belongs.is_near() || store_port(service))
}

/// Ingresses, and Routes of `OpenShift`, of the portal and beside it.
fn ways_in<'a>(cx: &Context<'a>) -> Result<Vec<&'a Object>, crate::rule::Skip> {
    let objects = &cx.manifests()?.objects;
    Ok(objects.iter().filter(|object| object.belongs.is_near()).filter(|object| is_way_in(object)).collect())
}

/// Those of everything that the repository deploys.
fn all_ways_in(manifests: &Manifests) -> impl Iterator<Item = &Object> {
    manifests.objects.iter().filter(|object| object.belongs.is_own()).filter(|object| is_way_in(object))
}

fn is_way_in(object: &Object) -> bool {
    match object.kind.as_ref() {
        "Ingress" => object.group() != "config.openshift.io",
        "Route" => object.group() == "route.openshift.io",
        _ => false,
    }
}

/// Whether all hosts that a way in names are only those of one machine or of the inside.
fn is_inside(object: &Object) -> bool {
    let mut hosts: Vec<&Item> =
        object.root.find("spec.rules.*.host").into_iter().map(|(_, item)| item).collect();
    hosts.extend(object.root.at("spec.host"));
    !hosts.is_empty() && hosts.iter().all(|host| host.as_str().is_some_and(is_inside_host))
}

/// Whether all its hosts are names of one machine: nothing else resolves them.
fn is_loopback(object: &Object) -> bool {
    let ends = [".localhost", ".localdev.me", ".127.0.0.1.nip.io"];
    let is_one =
        |host: &str| matches!(host, "localhost" | "127.0.0.1") || ends.iter().any(|end| host.ends_with(end));
    let hosts = object.root.find("spec.rules.*.host");
    !hosts.is_empty() && hosts.iter().all(|(_, host)| host.as_str().is_some_and(is_one))
}

fn is_inside_host(host: &str) -> bool {
    let ends = [".localhost", ".local", ".localdev.me", ".internal", ".svc", ".test", ".127.0.0.1.nip.io"];
    host == "localhost" || host == "127.0.0.1" || ends.iter().any(|end| host.ends_with(end))
}
