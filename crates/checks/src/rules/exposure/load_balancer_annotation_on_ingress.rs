use crate::fix::Fix;
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for ingress in cx.manifests()?.ingresses() {
        for (name, item) in ingress.annotations() {
            let of_services = name.starts_with("service.beta.kubernetes.io/")
                || name.starts_with("service.kubernetes.io/")
                || matches!(
                    &**name,
                    "networking.gke.io/load-balancer-type" | "cloud.google.com/load-balancer-type"
                );
            if !of_services {
                continue;
            }
            let message = format!("`{name}` does nothing on {}", ingress.label());
            if let Some(report) = tell.at(ingress, item.key_place(), Severity::Medium, message) {
                report
                    .why("clouds read it on the controller's Service; the portal stays as public as that one is")
                    .fix(Fix::manual("set it on the Service of the ingress controller, and take it away here"));
            }
        }
    }
    Ok(())
}
