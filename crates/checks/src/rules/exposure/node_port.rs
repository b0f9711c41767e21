use super::ways_in;
use crate::fix::Edit;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Ports of databases and caches.
const STORES: &[f64] = &[5432.0, 3306.0, 27017.0, 6379.0, 9200.0, 11211.0, 2379.0];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    // Some load balancers reach pods through ports of nodes, and need them.
    let needs = ways_in(cx)?.into_iter().any(|way| {
        let class = super::class_name(way);
        class.starts_with("alb") || class.starts_with("gce")
    });
    for service in cx.manifests()?.services().filter(|_| !needs) {
        let kind = service.root.at("spec.type");
        let Some(kind) = kind.filter(|kind| kind.as_str() == Some("NodePort")) else { continue };
        let ports = service.root.find("spec.ports.*.port");
        let store = ports.iter().any(|(_, port)| port.as_number().is_some_and(|port| STORES.contains(&port)));
        let (severity, what) =
            if store { (Severity::Medium, "a database's port") } else { (Severity::Low, "a port") };
        let message = format!("{} opens {what} on every node", service.label());
        if let Some(report) = tell.at(service, written(kind), severity, message) {
            let mut edits = vec![Edit::set(kind, "ClusterIP")];
            edits.extend(
                service.root.find("spec.ports.*.nodePort").iter().map(|(_, port)| Edit::remove(port)),
            );
            report
                .why("who reaches a node reaches what is behind it, past the ingress, its TLS and its allow list")
                .fix(service.fix("use ClusterIP behind an ingress", edits));
        }
    }
    Ok(())
}
