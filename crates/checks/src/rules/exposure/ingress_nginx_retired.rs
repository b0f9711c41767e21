use super::{annotations_place, class};
use crate::fix::Fix;
use crate::kube::{Manifests, Object, Teller, written};
use crate::{Checklist, Confidence, Context, Findings, Item, Place, Ran, Rule, Serve, Severity, Value};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const WHY: &str =
    "the project ended in March 2026: holes in what stands in front of the portal are mended no more";
const FIX: &str = "move to a controller that is maintained, or to the Gateway API";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let in_terraform = installed(cx, findings);
    let manifests = match cx.deployed_or_given() {
        Ok(manifests) => manifests,
        Err(_) if in_terraform => return Ok(()),
        Err(skip) => return Err(skip),
    };
    let mut tell = Teller::new(findings);
    for ingress in manifests.ingresses() {
        let Some((place, confidence)) = controller(ingress, manifests) else { continue };
        let message = format!("{} is served by ingress-nginx, which is retired", ingress.label());
        if let Some(report) = tell.at(ingress, place, Severity::Medium, message) {
            report.confidence(confidence).why(WHY).fix(Fix::manual(FIX));
        }
    }
    for given in cx.given() {
        for (place, is_on) in of_values(&given.values) {
            let severity = given.severity(Severity::Medium).less(u8::from(!is_on));
            let message = "the chart's Ingress is given to ingress-nginx, which is retired";
            if let Some(report) = tell.elsewhere(place, severity, message) {
                report.why(WHY).fix(Fix::manual(FIX));
            }
        }
    }
    Ok(())
}

/// The controller's chart, installed by Terraform. Whether there is any to look at.
fn installed(cx: &Context<'_>, findings: &mut Findings) -> bool {
    let Ok(modules) = cx.infrastructure() else { return false };
    for block in modules.into_iter().flat_map(|module| &module.blocks) {
        let text = |path: &str| block.at(path).and_then(Item::as_str).unwrap_or_default();
        let place = match (&*block.block, &*block.kind) {
            ("resource", "helm_release") => {
                let is_it = text("repository").contains("kubernetes.github.io/ingress-nginx")
                    || (text("chart").ends_with("/ingress-nginx") && text("repository").is_empty());
                ["repository", "chart"].iter().find_map(|key| block.at(key)).filter(|_| is_it)
            }
            ("module", _) => block.at("enable_ingress_nginx").filter(|item| item.is_true()),
            _ => None,
        };
        if let Some(item) = place {
            findings
                .at(item.key_place(), format!("`{}` installs ingress-nginx, which is retired", block.label()))
                .why(WHY)
                .fix(Fix::manual(FIX));
        }
    }
    true
}

/// Where values name ingress-nginx as the class of an Ingress, and whether the chart is to make it.
fn of_values(values: &Item) -> Vec<(&Place, bool)> {
    let mut found = Vec::new();
    values.walk(&mut |path, map| {
        if !path.rsplit('.').next().unwrap_or_default().eq_ignore_ascii_case("ingress") {
            return;
        }
        let annotation = || map.get("annotations").and_then(|all| all.get(super::CLASS_ANNOTATION));
        let class = ["className", "ingressClassName", "class"].iter().find_map(|key| map.get(key));
        let is_said = |item: &&Item| item.as_str().is_some_and(|text| !text.is_empty());
        let Some(item) = class.filter(is_said).or_else(annotation) else { return };
        let is_off = map.get("enabled").is_some_and(|flag| matches!(flag.value, Value::Bool(false)));
        if item.as_str() == Some("nginx") {
            found.push((item.key_place(), !is_off));
        }
    });
    found
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
