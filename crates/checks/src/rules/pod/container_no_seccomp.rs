use serde_json::json;

use super::{confined, lacks, may_have_more, severity};
use crate::fix::Edit;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Low, serve: Serve::Inapplicable, check };

const WHY: &str =
    "all system calls of the kernel can be tried, where the runtime's profile forbids the odd ones";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for (container, context) in confined(cx)? {
        let object = container.pod.object;
        let profile = container.security("seccompProfile").filter(|item| !item.is_null());
        if let Some(kind) = profile.and_then(|profile| profile.get("type")) {
            if kind.as_str() == Some("Unconfined") {
                let message = format!("{} is not confined by seccomp", container.label());
                let severity = severity(container, Severity::Medium);
                if let Some(report) = tell.at(object, written(kind), severity, message) {
                    let edit = Edit::set(kind, "RuntimeDefault");
                    report.why(WHY).fix(object.fix("use the runtime's profile", vec![edit]));
                }
            }
            continue;
        }
        let pod_lacks = container
            .pod
            .spec
            .get("securityContext")
            .map_or(!may_have_more(container.pod.spec), |of_pod| lacks(of_pod, "seccompProfile"));
        // Before it was a field it was an annotation.
        let annotated = container.pod.metadata.and_then(|metadata| metadata.get("annotations")).is_some_and(
            |annotations| {
                may_have_more(annotations) || annotations.entries().any(|(key, _)| key.contains("seccomp"))
            },
        );
        if profile.is_none() && pod_lacks && lacks(context, "seccompProfile") && !annotated {
            let message = format!("{} has no seccomp profile", container.label());
            if let Some(report) =
                tell.at(object, written(context), severity(container, Severity::Low), message)
            {
                let edit = Edit::add(context, "seccompProfile", json!({ "type": "RuntimeDefault" }));
                report.why(WHY).fix(object.fix("use the runtime's profile", vec![edit]));
            }
        }
    }
    Ok(())
}
