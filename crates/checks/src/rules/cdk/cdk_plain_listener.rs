use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            // Of the patterns, the one that makes a listener for plain HTTP unless it has a certificate or a domain.
            if call.name().is_some_and(|name| name.starts_with("ApplicationLoadBalanced")) {
                let Some(options) = super::options(call) else { continue };
                let has_tls = ["certificate", "domainName", "protocol", "listeners", "loadBalancers"]
                    .iter()
                    .any(|key| options.property(key).is_some());
                if !has_tls {
                    report(findings, &call.at.module.place(call.name_span()));
                }
                continue;
            }
            let is_listener = matches!(call.name(), Some("addListener" | "ApplicationListener"));
            if !is_listener || call.at.source().contains("redirect") || call.at.source().contains("Redirect")
            {
                continue;
            }
            let options =
                call.args().find(|arg| arg.get("protocol").is_some() || arg.property("protocol").is_some());
            let Some((_, protocol)) = options.and_then(|options| options.value().property("protocol")) else {
                continue;
            };
            if protocol.source().ends_with("Protocol.HTTP") {
                report(findings, &protocol.place());
            }
        }
    }
    Ok(())
}

fn report(findings: &mut Findings, place: &Place) {
    findings
        .at(place, "the load balancer listens for plain HTTP")
        .why("tokens and cookies pass in the clear up to the load balancer")
        .fix(Fix::manual("listen for HTTPS with a certificate, and redirect plain requests"));
}
