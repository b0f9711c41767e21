use super::{Confinement, confinement, is_empty, lacks, may_have_more};
use crate::kube::{Container, Pod, Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for pod in cx.manifests()?.pods() {
        // Containers that say for themselves as whom they run are another rule's; not where the pod was to say it, and does not.
        let is_empty = pod.spec.get("securityContext").is_some_and(is_empty);
        let is_left_open = |one: Container<'_>| match confinement(one) {
            Confinement::Absent(_) => true,
            Confinement::Says(context) => {
                is_empty && lacks(context, "runAsNonRoot") && lacks(context, "runAsUser")
            }
            Confinement::Unknown => false,
        };
        if !pod.containers().into_iter().any(is_left_open) {
            continue;
        }
        if let Some((place, message)) = lack(pod) {
            let object = pod.object;
            let severity = Severity::High.less(u8::from(pod.is_hook()));
            if let Some(report) = tell.at(object, place, severity, message) {
                report
                    .why("the image alone decides whether its processes are root")
                    .fix(object.fix("set `runAsNonRoot: true`, `runAsUser` with the image's user as a number, and a seccomp profile", Vec::new()));
            }
        }
    }
    Ok(())
}

/// What the pod lacks, and where.
fn lack(pod: Pod<'_>) -> Option<(&crate::Place, String)> {
    let of = pod.object.label();
    match pod.spec.get("securityContext") {
        None if may_have_more(pod.spec) => None,
        None => Some((pod.place(), format!("the pod of {of} has no security context"))),
        Some(context) if context.is_unknown() => None,
        Some(context) if is_empty(context) => {
            Some((written(context), format!("the pod of {of} has an empty security context")))
        }
        Some(context) if lacks(context, "runAsNonRoot") && lacks(context, "runAsUser") => Some((
            written(context),
            format!("the security context of the pod of {of} does not say `runAsNonRoot`"),
        )),
        Some(_) => None,
    }
}
