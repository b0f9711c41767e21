use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for property in super::properties(cx, &["assignPublicIp", "associatePublicIpAddress"])? {
        if property.is(true) {
            findings
                .at(&property.place, "the portal's tasks have public addresses")
                .why("who finds the address reaches the backend past the load balancer and what it checks")
                .fix(Fix::suggested(
                    "run them in private subnets, with a NAT gateway or endpoints for what they call",
                    vec![Edit::Replace { place: property.value.place(), text: "false".to_owned() }],
                ));
        }
    }
    Ok(())
}
