use super::may_have_more;
use crate::fix::Fix;
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

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
        let message = format!("{} has no probes", first.label());
        if let Some(report) = tell.at(pod.object, first.place(), Severity::Low, message) {
            report
                .why("a portal that hangs is not restarted, and gets requests before it can answer")
                .fix(Fix::manual(
                    "probe `/.backstage/health/v1/readiness` and `/.backstage/health/v1/liveness` (before 1.29 `/healthcheck`)",
                ));
        }
    }
    Ok(())
}
