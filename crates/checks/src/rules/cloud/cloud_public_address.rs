use crate::fix::Fix;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

/// What runs the portal, and what gives it an address of the internet.
const PUBLIC: &[(&str, &str)] = &[
    ("aws_ecs_service", "network_configuration.assign_public_ip"),
    ("aws_instance", "associate_public_ip_address"),
    ("aws_instance", "network_interfaces.associate_public_ip_address"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for block in super::elsewhere(cx)? {
        for key in ["assign_public_ip", "associate_public_ip_address"] {
            for item in super::decided(cx, block, key).into_iter().filter(|item| item.is_true()) {
                report(findings, item, block);
            }
        }
    }
    for (kind, path) in PUBLIC {
        for resource in super::resources(cx, &[kind])? {
            let said = super::decided(cx, resource, path);
            for item in said.into_iter().filter(|item| item.is_true() || item.as_str() == Some("ENABLED")) {
                report(findings, item, resource);
            }
        }
    }
    Ok(())
}

fn report(findings: &mut Findings, item: &Item, block: &Block) {
    findings
        .at(item.key_place(), format!("`{}` has an address of the internet of its own", block.label()))
        .why("it can be reached beside the load balancer, and all that this checks")
        .fix(Fix::manual("run it in private subnets, with a NAT gateway or endpoints for what it needs"));
}
