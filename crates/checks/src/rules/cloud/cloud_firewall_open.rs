use crate::fix::Fix;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Critical, serve: Serve::Inapplicable, check };

/// Ports that only programs of one's own speak to, or those who run them.
const PORTS: &[(u32, &str)] = &[
    (22, "SSH"),
    (1433, "SQL Server"),
    (3306, "MySQL"),
    (3389, "remote desktops"),
    (5432, "PostgreSQL"),
    (6379, "Redis"),
    (7007, "the backend"),
    (9229, "a debugger"),
    (11211, "memcached"),
    (27017, "MongoDB"),
];

/// Ports that load balancers listen at for everybody.
const WEB: &[&str] = &["80", "443"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    database_rules(cx, findings)?;
    for group in super::resources(cx, &["aws_security_group", "aws_default_security_group"])? {
        for rule in group.at("ingress").map(Item::one_or_many).unwrap_or_default() {
            ports(rule, &["cidr_blocks", "ipv6_cidr_blocks"], ("from_port", "to_port"), group, findings);
        }
    }
    for rule in super::resources(cx, &["aws_security_group_rule", "aws_vpc_security_group_ingress_rule"])? {
        if rule.at("type").is_none_or(|kind| kind.as_str() == Some("ingress")) {
            let sources = ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"];
            ports(&rule.body, &sources, ("from_port", "to_port"), rule, findings);
        }
    }
    Ok(())
}

/// Firewalls of databases.
fn database_rules(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let kinds = [
        "azurerm_postgresql_flexible_server_firewall_rule",
        "azurerm_postgresql_firewall_rule",
        "azurerm_mysql_flexible_server_firewall_rule",
        "azurerm_mssql_firewall_rule",
        "azurerm_redis_firewall_rule",
    ];
    for rule in super::resources(cx, &kinds)? {
        let text =
            |keys: [&str; 2]| keys.iter().find_map(|key| rule.at(key)).filter(|item| item.as_str().is_some());
        let (Some(start), Some(end)) =
            (text(["start_ip_address", "start_ip"]), text(["end_ip_address", "end_ip"]))
        else {
            continue;
        };
        match (start.as_str(), end.as_str()) {
            (Some("0.0.0.0"), Some("255.255.255.255")) => {
                report(findings, end.key_place(), rule, "lets the whole internet in", Severity::Critical);
            }
            (Some("0.0.0.0"), Some("0.0.0.0")) => {
                report(
                    findings,
                    end.key_place(),
                    rule,
                    "lets everything in that runs in the provider's cloud, of anybody",
                    Severity::High,
                );
            }
            _ => {}
        }
    }
    for server in super::resources(cx, &["google_sql_database_instance"])? {
        let networks = server.at("settings.ip_configuration.authorized_networks");
        for network in networks.map(Item::one_or_many).unwrap_or_default() {
            if let Some(value) = network.get("value").filter(|value| super::is_everybody(value)) {
                report(findings, value.key_place(), server, "lets the whole internet in", Severity::Critical);
            }
        }
    }
    Ok(())
}

/// A rule of a network that lets everybody reach ports that are not for everybody.
fn ports(rule: &Item, sources: &[&str], (from, to): (&str, &str), block: &Block, findings: &mut Findings) {
    let addresses = sources.iter().filter_map(|source| rule.get(source)).flat_map(Item::one_or_many);
    let Some(open) = addresses.into_iter().find(|item| super::is_everybody(item)) else { return };
    let protocol = ["protocol", "ip_protocol"].iter().find_map(|key| rule.get(key)).and_then(Item::as_str);
    let bounds = rule.get(from).and_then(Item::as_number).zip(rule.get(to).and_then(Item::as_number));
    if protocol.is_some_and(|protocol| matches!(protocol, "-1" | "all"))
        || bounds == Some((0.0, 65535.0))
        || bounds == Some((1.0, 65535.0))
    {
        report(findings, &open.place, block, "lets the whole internet reach every port", Severity::High);
        return;
    }
    let Some((from, to)) = bounds else { return };
    let is_icmp =
        protocol.is_some_and(|protocol| protocol.starts_with("icmp") || protocol == "1" || protocol == "58");
    if is_icmp {
        return;
    }
    if let Some((port, what)) = PORTS.iter().find(|(port, _)| (from..=to).contains(&f64::from(*port))) {
        let text = format!("lets the whole internet reach port {port} ({what})");
        report(findings, &open.place, block, &text, Severity::High);
    } else {
        let (from, to) = (from.to_string(), to.to_string());
        if from == to && WEB.contains(&from.as_str()) {
            return;
        }
        let shown = if from == to { format!("port {from}") } else { format!("ports {from} to {to}") };
        let text = format!("lets the whole internet reach {shown}");
        report(findings, &open.place, block, &text, Severity::Medium);
    }
}

fn report(findings: &mut Findings, place: &Place, block: &Block, text: &str, severity: Severity) {
    findings
        .at(place, format!("`{}` {text}", block.label()))
        .severity(severity)
        .why("what is meant for the portal alone can be tried by anybody")
        .fix(Fix::manual("let in the portal's own network or security group, and nothing else"));
}
