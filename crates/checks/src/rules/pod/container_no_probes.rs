use super::may_have_more;
use crate::fix::Fix;
use crate::kube::{Container, Source, Teller};
use crate::repo::Files;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Low, serve: Serve::Inapplicable, check };

const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for pod in cx.manifests()?.pods().into_iter().filter(|pod| pod.object.belongs.is_portal()) {
        if matches!(pod.object.kind.as_ref(), "Job" | "CronJob") || pod.is_hook() {
            continue;
        }
        let containers: Vec<_> = pod.containers().into_iter().filter(|container| !container.init).collect();
        let may_be_asked = |item: &Item| {
            may_have_more(item) || PROBES.iter().any(|probe| item.get(probe).is_some_and(|it| !it.is_null()))
        };
        let Some(first) = containers.first() else { continue };
        if containers.iter().any(|container| may_be_asked(container.item)) {
            continue;
        }
        let unused = unused(&cx.repository().files, *first);
        let message = match &unused {
            Some(_) => {
                format!("{} has no probes: its template leaves those of the values out", first.label())
            }
            None => format!("{} has no probes", first.label()),
        };
        let place = unused.as_ref().unwrap_or(first.place());
        if let Some(report) = tell.at(pod.object, place, Severity::Low, message) {
            report
                .why("a portal that hangs is not restarted, and gets requests before it can answer")
                .fix(Fix::manual(
                    "probe `/.backstage/health/v1/readiness` and `/.backstage/health/v1/liveness` (before 1.29 `/healthcheck`)",
                ));
        }
    }
    Ok(())
}

/// Where the values of a chart have probes for a container's image, which its template does not write.
fn unused(files: &Files, container: Container<'_>) -> Option<Place> {
    let object = container.pod.object;
    let path = &container.item.place.path;
    let (chart, _) = path.split_once("/templates/").filter(|_| object.source == Source::Helm)?;
    let image = container.image()?;
    let values = files.get(&format!("{chart}/values.yaml"))?.tree()?;
    let mut found = None;
    values.walk(&mut |_, map| {
        let Some(probe) = PROBES.iter().find_map(|name| map.get(name)).filter(|probe| !probe.is_null())
        else {
            return;
        };
        let is_of_image =
            map.at("image.repository").and_then(Item::as_str).is_some_and(|name| image.name.ends_with(name));
        if found.is_none() && is_of_image {
            found = Some(probe.key_place().clone());
        }
    });
    found
}
