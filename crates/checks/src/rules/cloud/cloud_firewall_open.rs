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
    azure(cx, findings)?;
    of_module(cx, findings)?;
    google(cx, findings)?;
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

/// Names that a module has for rules, and their ports.
const NAMED: &[(&str, u32, u32)] = &[
    ("all-all", 0, 65535),
    ("all-tcp", 0, 65535),
    ("mysql-tcp", 3306, 3306),
    ("postgresql-tcp", 5432, 5432),
    ("rdp-tcp", 3389, 3389),
    ("redis-tcp", 6379, 6379),
    ("ssh-tcp", 22, 22),
];

/// Groups that the module of a registry makes.
fn of_module(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for group in super::published(cx, "terraform-aws-modules/security-group/aws")? {
        if let super::Reach::Everybody(open) = super::reach(cx, group.at("ingress_cidr_blocks"), false) {
            let names = group.at("ingress_rules").map(Item::one_or_many).unwrap_or_default();
            let is = |(name, ..): &&(&str, u32, u32)| names.iter().any(|one| one.as_str() == Some(name));
            for (_, from, to) in NAMED.iter().filter(is) {
                judge(*from, *to, &open.place, group, findings);
            }
        }
        for rule in group.at("ingress_with_cidr_blocks").map(Item::one_or_many).unwrap_or_default() {
            ports(rule, &["cidr_blocks"], ("from_port", "to_port"), group, findings);
        }
    }
    Ok(())
}

/// Rules of network security groups.
fn azure(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for group in super::resources(cx, &["azurerm_network_security_group"])? {
        for rule in group.at("security_rule").map(Item::one_or_many).unwrap_or_default() {
            security_rule(cx, rule, group, findings);
        }
    }
    for rule in super::resources(cx, &["azurerm_network_security_rule"])? {
        security_rule(cx, &rule.body, rule, findings);
    }
    Ok(())
}

fn security_rule<'a>(cx: &Context<'a>, rule: &'a Item, block: &Block, findings: &mut Findings) {
    let is = |key: &str, word: &str| {
        rule.get(key).and_then(Item::as_str).is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    if !is("direction", "inbound") || !is("access", "allow") {
        return;
    }
    let sources = ["source_address_prefix", "source_address_prefixes"];
    let open = sources.iter().find_map(|key| match super::reach(cx, rule.get(key), false) {
        super::Reach::Everybody(item) => Some(item),
        _ => None,
    });
    let Some(open) = open else { return };
    let ranges = ["destination_port_range", "destination_port_ranges"];
    for range in ranges.iter().filter_map(|key| rule.get(key)).flat_map(Item::one_or_many) {
        if let Some(text) = range.as_str() {
            range_open(text, open.key_place(), block, findings);
        }
    }
}

/// `22`, `8000-9000`, `*` of a rule that lets everybody in.
fn range_open(range: &str, place: &Place, block: &Block, findings: &mut Findings) {
    let (from, to) = range.split_once('-').unwrap_or((range, range));
    let (from, to) = match range.trim() {
        "*" => (0, 65535),
        _ => match (from.trim().parse::<u32>(), to.trim().parse::<u32>()) {
            (Ok(from), Ok(to)) => (from, to),
            _ => return,
        },
    };
    judge(from, to, place, block, findings);
}

/// Firewall rules of Google Cloud.
fn google(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for rule in super::resources(cx, &["google_compute_firewall"])? {
        let is_out = rule
            .at("direction")
            .and_then(Item::as_str)
            .is_some_and(|text| text.eq_ignore_ascii_case("egress"));
        let super::Reach::Everybody(open) = super::reach(cx, rule.at("source_ranges"), false) else {
            continue;
        };
        for allow in rule.at("allow").map(Item::one_or_many).unwrap_or_default().iter().filter(|_| !is_out) {
            let protocol = allow.get("protocol").and_then(Item::as_str).unwrap_or_default();
            match allow.get("ports") {
                None if matches!(protocol, "all" | "tcp" | "udp") => {
                    judge(0, 65535, &open.place, rule, findings);
                }
                ports => {
                    for port in ports.map(Item::one_or_many).unwrap_or_default() {
                        let text = port
                            .as_str()
                            .map(str::to_owned)
                            .or_else(|| port.as_number().map(|port| port.to_string()));
                        if let Some(text) = text {
                            range_open(&text, &open.place, rule, findings);
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// Ports that everybody reaches.
fn judge(from: u32, to: u32, place: &Place, block: &Block, findings: &mut Findings) {
    if from <= 1 && to >= 65535 {
        report(findings, place, block, "lets the whole internet reach every port", Severity::High);
    } else if let Some((port, what)) = PORTS.iter().find(|(port, _)| (from..=to).contains(port)) {
        let text = format!("lets the whole internet reach port {port} ({what})");
        report(findings, place, block, &text, Severity::High);
    } else if from != to || !WEB.contains(&from.to_string().as_str()) {
        let shown = if from == to { format!("port {from}") } else { format!("ports {from} to {to}") };
        let text = format!("lets the whole internet reach {shown}");
        report(findings, place, block, &text, Severity::Medium);
    }
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
