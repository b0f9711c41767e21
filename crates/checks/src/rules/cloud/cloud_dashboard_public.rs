use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// What shows or keeps metrics and logs, and what gives it an address of the internet.
const PUBLIC: &[(&str, &str)] = &[
    ("azurerm_dashboard_grafana", "public_network_access_enabled"),
    ("azurerm_monitor_workspace", "public_network_access_enabled"),
    ("azurerm_log_analytics_workspace", "internet_query_enabled"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (kind, path) in PUBLIC {
        for resource in super::resources(cx, &[kind])? {
            for item in super::decided(cx, resource, path).into_iter().filter(|item| item.is_true()) {
                report(findings, item, &format!("`{}` is reached from the internet", resource.label()));
            }
        }
    }
    for domain in super::resources(cx, &["aws_opensearch_domain", "aws_elasticsearch_domain"])? {
        let Some(policy) = domain.at("access_policies").filter(|_| domain.at("vpc_options").is_none()) else {
            continue;
        };
        let policy = super::policy(cx, policy);
        for statement in policy.get("Statement").map(Item::one_or_many).unwrap_or_default() {
            let principal = statement.get("Principal");
            let principal = principal.and_then(|principal| principal.get("AWS")).or(principal);
            let everybody = principal
                .filter(|principal| principal.one_or_many().iter().any(|one| one.as_str() == Some("*")));
            let is_narrowed = statement.get("Condition").is_some();
            if let (Some(principal), false) = (everybody, is_narrowed) {
                report(
                    findings,
                    principal,
                    &format!("`{}` lets everybody in from the internet", domain.label()),
                );
            }
        }
    }
    Ok(())
}

fn report(findings: &mut Findings, item: &Item, message: &str) {
    findings
        .at(item.key_place(), message)
        .why("a login is all that is in front of what shows how the portal and its neighbours run, and of their logs")
        .fix(Fix::manual("switch the public address off, and reach it by a private endpoint or the VPN"));
}
