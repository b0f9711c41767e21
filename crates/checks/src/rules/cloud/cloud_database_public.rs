use crate::fix::Fix;
use crate::terraform::Block;
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

/// Databases that have one unless something of this is said.
const BY_DEFAULT: &[(&str, &[&str])] = &[
    ("azurerm_postgresql_flexible_server", &["delegated_subnet_id", "public_network_access_enabled"]),
    ("azurerm_mysql_flexible_server", &["delegated_subnet_id", "public_network_access_enabled"]),
    ("azurerm_postgresql_server", &["public_network_access_enabled"]),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (kind, private) in BY_DEFAULT {
        for resource in super::resources(cx, &[kind])? {
            let may_be_private = private.iter().any(|path| resource.at(path).is_some());
            if may_be_private || resource.at("?").is_some() {
                continue;
            }
            findings
                .at(&resource.kind_place, format!("the database `{}` has an address of the internet, as nothing says otherwise", resource.label()))
                .severity(Severity::Medium)
                .why("the service makes one by default: only passwords and firewall rules are left in front of tokens and everything the portal knows")
                .fix(Fix::manual("connect it by a private network, and switch its public address off"));
        }
    }
    for (kind, path) in PUBLIC {
        for resource in super::resources(cx, &[kind])? {
            report(cx, resource, path, findings);
        }
    }
    for block in super::elsewhere(cx)? {
        report(cx, block, "publicly_accessible", findings);
    }
    Ok(())
}

fn report<'a>(cx: &Context<'a>, database: &'a Block, path: &str, findings: &mut Findings) {
    for public in super::decided(cx, database, path).into_iter().filter(|item| item.is_true()) {
        findings
            .at(public.key_place(), format!("the database `{}` has an address of the internet", database.label()))
            .why("it holds tokens and everything the portal knows, and only passwords and firewall rules are left")
            .fix(Fix::manual("connect it by a private network, and switch its public address off"));
    }
}
