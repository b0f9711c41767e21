use super::{deployed, is_empty, lacks, may_have_more};
use crate::fix::Fix;
use crate::kube::{Container, Teller, written};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for container in deployed(cx.deployed()?).into_iter().filter(|container| !container.init) {
        let Some((place, lack)) = lack(container) else { continue };
        let object = container.pod.object;
        let severity = super::severity(container, Severity::Medium);
        if let Some(report) = tell.at(object, place, severity, format!("{} has {lack}", container.label())) {
            report
                .why("one large request, a big catalog or a leak takes the node's memory from all other pods")
                .fix(Fix::manual(
                    "set `resources.requests` and `resources.limits.memory` from what it is seen to use",
                ));
        }
    }
    Ok(())
}

/// Where something is missing, and what.
fn lack(container: Container<'_>) -> Option<(&Place, &'static str)> {
    let Some(resources) = container.item.get("resources") else {
        return (!may_have_more(container.item)).then_some((container.place(), "no resource limits"));
    };
    if is_empty(resources) {
        return Some((written(resources), "no resource limits"));
    }
    match resources.get("limits") {
        None => lacks(resources, "limits").then_some((written(resources), "no resource limits")),
        Some(limits) if is_empty(limits) => Some((written(limits), "no resource limits")),
        Some(limits) => lacks(limits, "memory").then_some((written(limits), "no memory limit")),
    }
}
