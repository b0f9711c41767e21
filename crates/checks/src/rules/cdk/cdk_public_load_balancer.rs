use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for property in super::properties(cx, &["internetFacing", "publicLoadBalancer"])? {
        if property.is(true) {
            findings
                .at(&property.place, "the load balancer faces the internet")
                .why("everybody reaches what is behind it: only its own sign-in is left between strangers and the company's map, or code")
                .fix(Fix::suggested(
                    "make it internal, and reach it through the VPN",
                    vec![Edit::Replace { place: property.value.place(), text: "false".to_owned() }],
                ));
        }
    }
    // The patterns make it public unless they are told otherwise.
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            let is_pattern = call.name().is_some_and(|name| {
                name.contains("LoadBalanced")
                    && (name.ends_with("FargateService") || name.ends_with("Ec2Service"))
            });
            let Some(options) = super::options(call).filter(|_| is_pattern) else { continue };
            if ["publicLoadBalancer", "loadBalancer", "loadBalancers"]
                .iter()
                .all(|key| options.property(key).is_none())
            {
                findings
                    .at(&module.place(call.name_span()), "the load balancer faces the internet, as nothing says otherwise")
                    .why("everybody reaches what is behind it: only its own sign-in is left between strangers and the company's map, or code")
                    .fix(Fix::manual("set `publicLoadBalancer: false`, and reach it through the VPN"));
            }
        }
    }
    Ok(())
}
