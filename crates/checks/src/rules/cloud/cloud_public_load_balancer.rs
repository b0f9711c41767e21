use super::is_everybody;
use crate::fix::Fix;
use crate::terraform::{Block, Module};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

const WHY: &str =
    "everybody reaches the portal; only its own sign-in is left between them and the company's map";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.infrastructure()? {
        for balancer in module.resources(&["aws_lb", "aws_alb", "aws_elb"]) {
            let Some((place, is_said)) = faces_internet(balancer) else { continue };
            if only_lets_some_in(module) {
                continue;
            }
            findings
                .at(place, format!("`{}` faces the internet", balancer.label()))
                .confidence(if is_said { Confidence::High } else { Confidence::Medium })
                .why(WHY)
                .fix(Fix::manual(
                    "make it internal and reach it through the VPN, or let in known addresses only",
                ));
        }
        for app in module.resources(&["azurerm_container_app"]) {
            let ingress =
                app.at("ingress").filter(|ingress| ingress.get("ip_security_restriction").is_none());
            let Some(item) =
                ingress.and_then(|ingress| ingress.get("external_enabled")).filter(|item| item.is_true())
            else {
                continue;
            };
            findings
                .at(item.key_place(), format!("`{}` faces the internet", app.label()))
                .why(WHY)
                .fix(Fix::manual("set `external_enabled = false`, or name the addresses that are let in"));
        }
        let members = [
            "google_cloud_run_service_iam_member",
            "google_cloud_run_service_iam_binding",
            "google_cloud_run_v2_service_iam_member",
            "google_cloud_run_v2_service_iam_binding",
        ];
        for member in module.resources(&members) {
            let all =
                ["member", "members"].iter().filter_map(|key| member.at(key)).flat_map(Item::one_or_many);
            for item in all.filter(|item| matches!(item.as_str(), Some("allUsers" | "allAuthenticatedUsers")))
            {
                findings
                    .at(item.key_place(), format!("`{}` lets everybody call the portal", member.label()))
                    .why(WHY)
                    .fix(Fix::manual("put Identity-Aware Proxy before it, and let only that call it"));
            }
        }
    }
    Ok(())
}

/// Where it is said that a load balancer has public addresses, and whether it is said or so by default.
fn faces_internet(balancer: &Block) -> Option<(&crate::Place, bool)> {
    match (balancer.at("scheme"), balancer.at("internal")) {
        (Some(scheme), _) => (scheme.as_str() == Some("internet-facing")).then(|| (scheme.key_place(), true)),
        (None, Some(internal)) => (internal.as_bool() == Some(false)).then(|| (internal.key_place(), true)),
        (None, None) => Some((&balancer.place, false)),
    }
}

/// Whether security groups are here that let known addresses in, and nobody else.
fn only_lets_some_in(module: &Module) -> bool {
    let groups = module.resources(&["aws_security_group"]).filter_map(|group| group.at("ingress"));
    let rules = groups.flat_map(Item::one_or_many);
    let alone = module
        .resources(&["aws_security_group_rule", "aws_vpc_security_group_ingress_rule"])
        .map(|rule| &rule.body);
    let keys = ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"];
    let mut known = false;
    for rule in
        rules.chain(alone).filter(|rule| rule.get("type").is_none_or(|kind| kind.as_str() == Some("ingress")))
    {
        for source in keys.iter().filter_map(|key| rule.get(key)).flat_map(Item::one_or_many) {
            if is_everybody(source) {
                return false;
            }
            known = true;
        }
    }
    known
}
