use super::CLASS_ANNOTATION;
use crate::fix::Edit;
use crate::kube::{Source, Teller};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for ingress in cx.manifests()?.ingresses() {
        let Some(item) = ingress.annotation(CLASS_ANNOTATION) else { continue };
        // Google's controller only knows the annotation. Charts choose it for old clusters.
        let is_needed = item.as_str().is_none_or(|class| class.starts_with("gce"));
        let is_chosen = ingress.source == Source::Helm && ingress.condition.is_some();
        if is_needed || is_chosen {
            continue;
        }
        let class = item.as_str().unwrap_or_default();
        let message = format!("{} names its class by an annotation", ingress.label());
        if let Some(report) = tell.at(ingress, item.key_place(), Severity::Low, message) {
            let mut edits = vec![Edit::remove(item)];
            if let Some(spec) = ingress.root.get("spec")
                && spec.get("ingressClassName").is_none()
            {
                edits.push(Edit::add(spec, "ingressClassName", class));
            }
            report
                .why("deprecated since Kubernetes 1.18; a controller that no longer reads it leaves the Ingress to the default one")
                .fix(ingress.fix(format!("set `spec.ingressClassName: {class}`"), edits));
        }
    }
    Ok(())
}
