use super::{STORES, all_ways_in, services, store_port};
use crate::fix::{Edit, Fix};
use crate::helm::Given;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

const WHY: &str =
    "who reaches a node reaches what is behind it, past the ingress, its TLS and its allow list";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    // Some load balancers reach pods through ports of nodes, and need them.
    let manifests = cx.deployed_or_given()?;
    let needs = all_ways_in(manifests).any(|way| {
        let class = super::class_name(way);
        class.starts_with("alb") || class.starts_with("gce")
    });
    for service in services(manifests).filter(|_| !needs) {
        let kind = service.root.at("spec.type");
        let Some(kind) = kind.filter(|kind| kind.as_str() == Some("NodePort")) else { continue };
        let (severity, what) = if store_port(service) {
            (Severity::Medium, "a database's port")
        } else {
            (Severity::Low, "a port")
        };
        let message = format!("{} opens {what} on every node", service.label());
        if let Some(report) = tell.at(service, written(kind), severity, message) {
            let mut edits = vec![Edit::set(kind, "ClusterIP")];
            edits.extend(
                service.root.find("spec.ports.*.nodePort").iter().map(|(_, port)| Edit::remove(port)),
            );
            report.why(WHY).fix(service.fix("use ClusterIP behind an ingress", edits));
        }
    }
    in_values(cx.given(), &mut tell);
    Ok(())
}

/// Ports of databases among the values of charts that are not here.
fn in_values(all: &[Given<'_>], tell: &mut Teller<'_>) {
    for given in all {
        let mut found = Vec::new();
        given.values.walk(&mut |path, map| {
            let Some(kind) = map.get("type").filter(|kind| kind.as_str() == Some("NodePort")) else { return };
            let is_service =
                path.rsplit('.').take(2).any(|part| part.to_ascii_lowercase().contains("service"));
            let ports = map.find("**.*");
            let opens =
                ports.iter().any(|(_, port)| port.as_number().is_some_and(|port| STORES.contains(&port)));
            if is_service && (opens || given.is_of_store(path)) {
                found.push(kind.key_place().clone());
            }
        });
        for place in found {
            let message = "the chart opens a database's port on every node";
            if let Some(report) = tell.elsewhere(&place, given.severity(Severity::High), message) {
                report.why(WHY).fix(Fix::manual("use ClusterIP: what needs the database is in the cluster"));
            }
        }
    }
}
