use super::{meant_for_nodes, severity};
use crate::fix::Edit;
use crate::kube::{Pod, Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for container in cx.deployed()?.deployed_pods().into_iter().flat_map(Pod::containers) {
        if meant_for_nodes(container.pod) {
            continue;
        }
        let flag = container.context().and_then(|context| context.get("privileged"));
        let Some(flag) = flag.filter(|flag| flag.is_true()) else { continue };
        let object = container.pod.object;
        let message = format!("{} is privileged", container.label());
        if let Some(report) = tell.at(object, written(flag), severity(container, Severity::High), message) {
            report.why("it has the node: every device, every capability, every other pod's files").fix(
                object.fix("take it away; build images and docs elsewhere", vec![Edit::set(flag, false)]),
            );
        }
    }
    Ok(())
}
