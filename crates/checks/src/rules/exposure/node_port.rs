use super::ways_in;
use crate::fix::Edit;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

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
        let message = format!("{} opens a port on every node", service.label());
        if let Some(report) = tell.at(service, written(kind), Severity::Low, message) {
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
