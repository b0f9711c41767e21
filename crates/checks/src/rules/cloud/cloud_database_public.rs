use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Databases, and what gives them an address of the internet.
const PUBLIC: &[(&str, &str)] = &[
    ("azurerm_postgresql_flexible_server", "public_network_access_enabled"),
    ("azurerm_postgresql_server", "public_network_access_enabled"),
    ("azurerm_mysql_flexible_server", "public_network_access_enabled"),
    ("azurerm_mssql_server", "public_network_access_enabled"),
    ("azurerm_redis_cache", "public_network_access_enabled"),
    ("aws_db_instance", "publicly_accessible"),
    ("aws_rds_cluster_instance", "publicly_accessible"),
    ("google_sql_database_instance", "settings.ip_configuration.ipv4_enabled"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (kind, path) in PUBLIC {
        for resource in super::resources(cx, &[kind])? {
            let Some(public) = resource.at(path).filter(|item| item.is_true()) else { continue };
            findings
                .at(public.key_place(), format!("the database `{}` has an address of the internet", resource.label()))
                .why("it holds tokens and everything the portal knows, and only passwords and firewall rules are left")
                .fix(Fix::manual("connect it by a private network, and switch its public address off"));
        }
    }
    Ok(())
}
