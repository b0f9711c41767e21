use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Services that decide who comes in, and may do what.
const GUARDS: &[&str] = &[
    "coreServices.httpAuth",
    "coreServices.auth",
    "coreServices.permissions",
    "coreServices.httpRouter",
    "coreServices.userInfo",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for call in cx.code()?.calls("createServiceFactory") {
        let Some(service) = call.arg(0).and_then(|options| {
            options.get("service").or_else(|| options.property("service").map(|(_, at)| at))
        }) else {
            continue;
        };
        let Some(name) = GUARDS.iter().find(|guard| service.source() == **guard) else { continue };
        findings
            .at(&call.place(), format!("`{name}` of the reference is replaced"))
            .confidence(Confidence::Medium)
            .why("what every plugin relies on to know who calls is code of this repository")
            .fix(Fix::manual("keep the reference's service, or have this one reviewed and tested like it"));
    }
    Ok(())
}
