use super::{is_made_of, options};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Medium,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            if !matches!(call.name(), Some("Cluster" | "FargateCluster")) || !is_made_of(call, "eks") {
                continue;
            }
            let Some(options) = options(call) else { continue };
            match options.property("endpointAccess") {
                Some((_, access)) => {
                    let source = access.source();
                    let is_open = ["EndpointAccess.PUBLIC", "EndpointAccess.PUBLIC_AND_PRIVATE"]
                        .iter()
                        .any(|end| source.ends_with(end));
                    if is_open {
                        report(findings, &access.place());
                    }
                }
                None => report(findings, &call.at.module.place(call.name_span())),
            }
        }
    }
    Ok(())
}

fn report(findings: &mut Findings, place: &Place) {
    findings
        .at(place, "the cluster's API answers the whole internet")
        .why("a stolen token or a hole in the API is enough from anywhere; nothing of the network is in front of what runs the portal")
        .fix(Fix::manual("use `EndpointAccess.PRIVATE`, or `.onlyFrom(..)` with the addresses that may reach it"));
}
