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
        let balancers: Vec<&Block> = module
            .resources(&["aws_lb", "aws_alb", "aws_elb"])
            .chain(module.all("module").filter(|block| is_balancer(block)))
            .collect();
        let mut faces = false;
        for balancer in &balancers {
            for (place, is_said) in faces_internet(cx, balancer) {
                faces = true;
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
        }
        if faces {
            groups(cx, module, findings);
        }
        for app in module.resources(&["azurerm_container_app"]) {
            if app.at("ingress").is_none_or(|ingress| ingress.get("ip_security_restriction").is_some()) {
                continue;
            }
            for item in
                super::decided(cx, app, "ingress.external_enabled").into_iter().filter(|item| item.is_true())
            {
                findings.at(item.key_place(), format!("`{}` faces the internet", app.label())).why(WHY).fix(
                    Fix::manual("set `external_enabled = false`, or name the addresses that are let in"),
                );
            }
        }
        for app in module.resources(super::WEB_APPS) {
            let said = super::decided(cx, app, "public_network_access_enabled");
            let restrictions = ["site_config.ip_restriction", "site_config.ip_restriction_default_action"];
            let is_narrow = said.iter().any(|item| item.as_bool() == Some(false) || item.is_unknown())
                || restrictions.iter().any(|path| app.at(path).is_some());
            if is_narrow {
                continue;
            }
            let place = said.first().map_or(&app.kind_place, |item| item.key_place());
            findings
                .at(place, format!("`{}` answers every address of the internet", app.label()))
                .severity(Severity::Medium)
                .why(WHY)
                .fix(Fix::manual(
                    "add `ip_restriction`s to its `site_config`, or switch its public address off",
                ));
        }
        for service in module.resources(&["aws_apprunner_service"]) {
            for item in super::decided(
                cx,
                service,
                "network_configuration.ingress_configuration.is_publicly_accessible",
            ) {
                if item.is_true() {
                    findings
                        .at(item.key_place(), format!("`{}` faces the internet", service.label()))
                        .why(WHY)
                        .fix(Fix::manual("make it private, and reach it by an endpoint in the VPC"));
                }
            }
        }
        for function in module.resources(&["aws_lambda_function_url"]) {
            for item in super::decided(cx, function, "authorization_type") {
                if item.as_str() == Some("NONE") {
                    findings
                        .at(item.key_place(), format!("`{}` can be called by everybody", function.label()))
                        .why("whoever finds the address runs the function, with the rights it has")
                        .fix(Fix::manual("set it to `AWS_IAM`"));
                }
            }
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

/// Whether a module makes load balancers of AWS.
fn is_balancer(block: &Block) -> bool {
    let source = block.at("source").and_then(Item::as_str).unwrap_or_default();
    source.split("//").next().is_some_and(|source| source.ends_with("terraform-aws-modules/alb/aws"))
}

/// Where it is said that a load balancer has public addresses, and whether it is said or so by default.
fn faces_internet<'a>(cx: &Context<'a>, balancer: &'a Block) -> Vec<(&'a crate::Place, bool)> {
    let internal = super::decided(cx, balancer, "internal");
    match balancer.at("scheme") {
        Some(scheme) if scheme.as_str() == Some("internet-facing") => vec![(scheme.key_place(), true)],
        Some(_) => Vec::new(),
        None if internal.iter().all(|item| item.is_null()) => vec![(&balancer.place, false)],
        None => internal
            .into_iter()
            .filter(|internal| internal.as_bool() == Some(false))
            .map(|internal| (internal.key_place(), true))
            .collect(),
    }
}

/// The groups that let everybody in at the ports of a load balancer that faces the internet.
fn groups<'a>(cx: &Context<'a>, module: &'a Module, findings: &mut Findings) {
    let mut report = |place: &crate::Place, label: &str| {
        findings
            .at(place, format!("`{label}` lets the whole internet in"))
            .severity(Severity::Medium)
            .why(WHY)
            .fix(Fix::manual("name the networks that people come from: the VPN's, the offices'"));
    };
    for group in module.resources(&["aws_security_group"]) {
        let rules = group.at("ingress").map(Item::one_or_many).unwrap_or_default();
        if let Some(item) = rules.iter().find_map(|rule| open_to_web(cx, rule)) {
            report(&item.place, group.label());
        }
    }
    let alone = module.resources(&["aws_security_group_rule", "aws_vpc_security_group_ingress_rule"]);
    let mut told: Vec<&str> = Vec::new();
    for rule in alone.filter(|rule| rule.at("type").is_none_or(|kind| kind.as_str() == Some("ingress"))) {
        // Port 80 and port 443 of a group are one thing to mend.
        let group = rule.at("security_group_id").map_or("", |item| match &item.value {
            crate::Value::Unknown(text) | crate::Value::String(text) => text,
            _ => "",
        });
        if let Some(item) = open_to_web(cx, &rule.body).filter(|_| !told.contains(&group)) {
            told.push(group);
            report(&item.place, rule.label());
        }
    }
}

/// What lets everybody in at port 80 or 443.
fn open_to_web<'a>(cx: &Context<'a>, rule: &'a Item) -> Option<&'a Item> {
    let port = rule.get("from_port").and_then(Item::as_number);
    if !["to_port", "from_port"].iter().all(|key| rule.get(key).and_then(Item::as_number) == port)
        || !port.is_some_and(|port| port.to_string() == "443" || port.to_string() == "80")
    {
        return None;
    }
    let keys = ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"];
    keys.iter().filter_map(|key| rule.get(key)).find_map(|list| match super::reach(cx, Some(list), false) {
        super::Reach::Everybody(item) => Some(item),
        _ => None,
    })
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
