use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

/// What runs the portal, and what gives it an address of the internet.
const PUBLIC: &[(&str, &str)] = &[
    ("aws_ecs_service", "network_configuration.assign_public_ip"),
    ("aws_instance", "associate_public_ip_address"),
    ("aws_instance", "network_interfaces.associate_public_ip_address"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (kind, path) in PUBLIC {
        for resource in super::resources(cx, &[kind])? {
            let said = super::decided(cx, resource, path);
            for item in said.into_iter().filter(|item| item.is_true() || item.as_str() == Some("ENABLED")) {
                findings
                    .at(
                        item.key_place(),
                        format!("`{}` has an address of the internet of its own", resource.label()),
                    )
                    .why("it can be reached beside the load balancer, and all that this checks")
                    .fix(Fix::manual(
                        "run it in private subnets, with a NAT gateway or endpoints for what it needs",
                    ));
            }
        }
    }
    Ok(())
}
