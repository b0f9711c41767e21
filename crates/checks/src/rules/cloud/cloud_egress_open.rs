use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Firewalls that are there to say what may go out.
const KINDS: &[&str] = &[
    "azurerm_firewall_network_rule_collection",
    "azurerm_firewall_application_rule_collection",
    "azurerm_firewall_policy_rule_collection_group",
];

/// How deep rules lie in collections.
const DEPTH: u8 = 6;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for group in super::resources(cx, KINDS)? {
        let mut found = Vec::new();
        open(&group.body, DEPTH, &mut found);
        for item in found {
            findings
                .at(item.key_place(), format!("`{}` lets everything out to everywhere", group.label()))
                .why("the other rules mean nothing: what gets into the portal or the cluster can send what it finds to anybody")
                .fix(Fix::manual("name the addresses or hosts and the ports that are needed"));
        }
    }
    Ok(())
}

/// What rules that allow say of where to, if that is everywhere.
fn open<'a>(item: &'a Item, depth: u8, found: &mut Vec<&'a Item>) {
    if depth == 0 || is(item.get("action"), "deny") {
        return;
    }
    for one in item.one_or_many() {
        if is(one.get("action"), "deny") {
            continue;
        }
        let everywhere =
            |key: &str| one.get(key).filter(|list| list.one_or_many().iter().any(super::is_everybody));
        let ports = one.get("destination_ports");
        let all_ports = ports.is_some_and(|ports| {
            ports.one_or_many().iter().any(|port| matches!(port.as_str(), Some("*" | "0-65535" | "1-65535")))
        });
        let to = everywhere("destination_addresses").filter(|_| all_ports);
        found.extend(
            to.or_else(|| everywhere("target_fqdns"))
                .or_else(|| everywhere("destination_fqdns").filter(|_| ports.is_none() || all_ports)),
        );
        for (key, below) in one.entries() {
            if key.ends_with("rule") || key.ends_with("rule_collection") {
                open(below, depth - 1, found);
            }
        }
    }
}

fn is(item: Option<&Item>, word: &str) -> bool {
    item.and_then(Item::as_str).is_some_and(|text| text.eq_ignore_ascii_case(word))
}
