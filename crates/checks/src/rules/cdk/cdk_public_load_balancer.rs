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
    Ok(())
}
