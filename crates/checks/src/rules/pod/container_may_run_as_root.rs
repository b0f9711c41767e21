use super::{confined, containers, lacks, severity};
use crate::kube::{Container, Teller, written};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const WHY: &str = "root in a container is one kernel or runtime bug away from root on the node";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for container in containers(cx.manifests()?) {
        let Some((item, said)) = chosen(container) else { continue };
        let object = container.pod.object;
        let message = format!("{} runs as root: `{said}`", container.label());
        if let Some(report) = tell.at(object, written(item), severity(container, Severity::High), message) {
            report
                .why(WHY)
                .fix(object.fix("run it as a user without rights that owns what it writes", Vec::new()));
        }
    }
    for (container, context) in confined(cx)? {
        let of_pod = container.pod.spec.get("securityContext");
        let nobody_says = |field: &str| {
            lacks(context, field)
                && of_pod.map_or(!super::may_have_more(container.pod.spec), |pod| lacks(pod, field))
        };
        if nobody_says("runAsNonRoot") && nobody_says("runAsUser") {
            let object = container.pod.object;
            let message = format!("nothing keeps {} from running as root", container.label());
            let severity = severity(container, Severity::Medium);
            if let Some(report) = tell.at(object, written(context), severity, message) {
                // With a user that the image names by a word, it would not start.
                let what = "set `runAsNonRoot: true`, and `runAsUser` with the image's user as a number";
                report.why(WHY).fix(object.fix(what, Vec::new()));
            }
        }
    }
    Ok(())
}

/// What makes it root on purpose.
fn chosen(container: Container<'_>) -> Option<(&Item, &'static str)> {
    if let Some(user) = container.security("runAsUser").filter(|user| !user.is_null()) {
        return (user.as_number() == Some(0.0)).then_some((user, "runAsUser: 0"));
    }
    let flag = container.security("runAsNonRoot")?;
    (flag.as_bool() == Some(false)).then_some((flag, "runAsNonRoot: false"))
}
