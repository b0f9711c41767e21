use super::{annotations_place, class};
use crate::fix::Fix;
use crate::kube::{Manifests, Object, Teller, written};
use crate::{Checklist, Confidence, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let manifests = cx.manifests()?;
    let mut tell = Teller::new(findings);
    for ingress in manifests.ingresses() {
        let Some((place, confidence)) = controller(ingress, manifests) else { continue };
        let message = format!("{} is served by ingress-nginx, which is retired", ingress.label());
        if let Some(report) = tell.at(ingress, place, Severity::Medium, message) {
            report
                .confidence(confidence)
                .why("the project ended in March 2026: holes in what stands in front of the portal are mended no more")
                .fix(Fix::manual("move to a controller that is maintained, or to the Gateway API"));
        }
    }
    Ok(())
}

/// Where it says that ingress-nginx serves it, and how sure that is.
fn controller<'a>(ingress: &'a Object, manifests: &Manifests) -> Option<(&'a Place, Confidence)> {
    // The controller of the company nginx goes by the same class, and has annotations of its own.
    let of_other = |key: &str| key.starts_with("nginx.org/") || key.starts_with("nginx.com/");
    if ingress.annotations().any(|(key, _)| of_other(key)) {
        return None;
    }
    let own = ingress.annotations().find(|(key, _)| key.starts_with("nginx.ingress.kubernetes.io/"));
    match class(ingress) {
        Some(item) => {
            let name = item.as_str()?;
            let is_named = name == "nginx" || (own.is_some() && name.contains("nginx"));
            let other = manifests.objects.iter().any(|object| {
                let controller = object.root.at("spec.controller").and_then(Item::as_str);
                &*object.kind == "IngressClass"
                    && &*object.name == name
                    && controller.is_some_and(|controller| controller != "k8s.io/ingress-nginx")
            });
            let confidence = if own.is_some() { Confidence::High } else { Confidence::Medium };
            (is_named && !other).then(|| (written(item), confidence))
        }
        None => own.map(|_| (annotations_place(ingress), Confidence::Medium)),
    }
}
