use crate::fix::Fix;
use crate::kube::{Pod, Teller};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for object in cx.made()? {
        let Some(pod) = Pod::of(object) else { continue };
        // A key that nothing is written under may get what is filled in.
        let may_be_confined = pod.spec.get("securityContext").is_some();
        let runs = pod.containers().into_iter().find(|container| !container.init);
        let Some(container) = runs.filter(|container| container.context().is_none() && !may_be_confined)
        else {
            continue;
        };
        let message = "a workload that is made of this has no security context";
        if let Some(report) = tell.elsewhere(container.place(), Severity::Medium, message) {
            report
                .why("every service that is made of it runs with default capabilities, a writable root and the right to gain more")
                .fix(Fix::manual("write `allowPrivilegeEscalation: false`, `capabilities: { drop: [ALL] }` and `runAsNonRoot: true` into the template"));
        }
    }
    Ok(())
}
