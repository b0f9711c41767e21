use crate::fix::Fix;
use crate::image::Reference;
use crate::kube::{Pod, Teller, written};
use crate::rules::compose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Where images are that nobody mends: what their names hold, as whole parts, and what happened.
const ENDED: &[(&str, &str)] = &[
    ("bitnamilegacy", "Bitnami's archive, which gets no updates"),
    ("k8s.gcr.io", "the registry that Kubernetes froze in April 2023"),
    ("jboss/keycloak", "the image of Keycloak before version 17, whose last one is of 2022"),
    ("kaniko-project/executor", "kaniko, which ended in June 2025"),
];

/// Where the public versions of Bitnami's images were.
const BITNAMI: &str = "of Docker Hub's `bitnami`, which keeps no versions since September 2025: what still runs gets no updates";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let services = compose::services(cx).unwrap_or_default();
    let manifests = match cx.deployed_or_given() {
        Err(_) if !services.is_empty() => &cx.repository().manifests,
        other => other?,
    };
    let mut tell = Teller::new(findings);
    for given in cx.given() {
        let mut found = Vec::new();
        given.values.walk(&mut |path, item| {
            let key = path.rsplit('.').next().unwrap_or_default();
            let Some(text) = item.as_str().filter(|_| matches!(key, "repository" | "image")) else { return };
            found.extend(ended(text).map(|what| (item, text, what)));
        });
        for (item, text, what) in found {
            let message = format!("`{}` is from {what}", Reference::parse(text).name);
            let report = tell.elsewhere(item.key_place(), given.severity(Severity::High), message);
            report.map(|report| report.why(WHY).fix(Fix::manual(FIX)));
        }
    }
    for container in manifests.deployed_pods().into_iter().flat_map(Pod::containers) {
        let Some(item) = container.item.get("image") else { continue };
        let Some(what) = item.as_str().and_then(ended) else { continue };
        let name = container.image().map(|image| image.name).unwrap_or_default();
        let message = format!("{} runs `{name}` from {what}", container.label());
        let report = tell.at(container.pod.object, written(item), Severity::Medium, message);
        report.map(|report| report.why(WHY).fix(Fix::manual(FIX)));
    }
    for service in services {
        let (Some(item), Some(name)) = (service.image(), service.image_name()) else { continue };
        let Some(what) = ended(&name) else { continue };
        let message = format!("`{}` runs `{}` from {what}", service.name, Reference::parse(&name).name);
        let report = tell.elsewhere(&item.place, service.severity(Severity::Medium), message);
        report.map(|report| report.why(WHY).fix(Fix::manual(FIX)));
    }
    Ok(())
}

const WHY: &str = "holes that are found in it, and in what it is built on, stay open";
const FIX: &str = "use an image that somebody maintains: the project's own, or one with a support contract";

/// Why nobody mends an image.
fn ended(text: &str) -> Option<&'static str> {
    let reference = Reference::parse(text);
    let name = format!("/{}/", reference.name);
    let has = |part: &str| name.contains(&format!("/{part}/"));
    let known = ENDED.iter().find(|(part, _)| has(part)).map(|(_, what)| *what);
    known.or_else(|| {
        let of_hub = name.starts_with("/bitnami/") || name.starts_with("/docker.io/bitnami/");
        let version =
            reference.tag.as_deref().is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_digit()));
        (of_hub && version && reference.digest.is_none()).then_some(BITNAMI)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_parts_of_names_count() {
        for text in ["bitnamilegacy/postgresql:15", "docker.io/bitnamilegacy/redis", "k8s.gcr.io/pause:3.2"] {
            assert!(ended(text).is_some(), "{text}");
        }
        assert!(ended("bitnami/postgresql:15.4.0").is_some());
        for text in ["bitnami/postgresql:latest", "ghcr.io/acme/bitnamilegacy-mirror:1", "postgres:16", ""] {
            assert!(ended(text).is_none(), "{text}");
        }
    }
}
