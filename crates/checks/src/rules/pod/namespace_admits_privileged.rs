use crate::fix::Edit;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const LABEL: &str = "pod-security.kubernetes.io/enforce";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    let namespaces = cx.deployed()?.objects.iter().filter(|object| object.belongs.is_own());
    for namespace in namespaces.filter(|object| &*object.kind == "Namespace") {
        let label = namespace.root.at("metadata.labels").and_then(|labels| labels.get(LABEL));
        let Some(label) = label.filter(|label| label.as_str() == Some("privileged")) else { continue };
        let message = format!("{} admits privileged pods", namespace.label());
        if let Some(report) = tell.at(namespace, written(label), Severity::Medium, message) {
            report
                .why("whoever may start a pod there, as templates and pipelines do, has the node with it")
                .fix(
                    namespace
                        .fix("enforce `restricted`, or `baseline`", vec![Edit::set(label, "restricted")]),
                );
        }
    }
    Ok(())
}
