use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for database in super::resources(cx, &["aws_db_instance", "aws_rds_cluster"])? {
        let taken = ["snapshot_identifier", "replicate_source_db", "cluster_identifier", "kms_key_id"];
        let said = super::decided(cx, database, "storage_encrypted");
        let place = match said.iter().find(|item| item.as_bool() == Some(false)) {
            Some(item) => item.key_place(),
            None if !said.is_empty() => continue,
            // What is made of something else is encrypted as that is; a cluster may be of a kind that always is.
            None if &*database.kind == "aws_rds_cluster"
                || taken.iter().any(|key| database.at(key).is_some()) =>
            {
                continue;
            }
            None => &database.place,
        };
        unencrypted(findings, place, database);
    }
    for database in super::elsewhere(cx)? {
        for item in super::decided(cx, database, "storage_encrypted") {
            if item.as_bool() == Some(false) {
                unencrypted(findings, item.key_place(), database);
            }
        }
        // Google's own modules have the flag where its resource has it.
        for item in super::decided(cx, database, "ip_configuration.require_ssl") {
            if item.as_bool() == Some(false) {
                plain(findings, item, database);
            }
        }
    }
    let settings =
        ["azurerm_postgresql_flexible_server_configuration", "azurerm_mysql_flexible_server_configuration"];
    for setting in super::resources(cx, &settings)? {
        let is = |key: &str, wanted: &str| {
            setting.at(key).and_then(Item::as_str).is_some_and(|text| text.eq_ignore_ascii_case(wanted))
        };
        if is("name", "require_secure_transport") && is("value", "off") {
            let place = setting.at("value").map_or(&setting.place, Item::key_place);
            findings
                .at(place, format!("`{}` lets clients connect without TLS", setting.label()))
                .severity(Severity::High)
                .why("passwords and data can be read on the way")
                .fix(Fix::manual("leave `require_secure_transport` on"));
        }
    }
    for (kind, path, safe) in TLS {
        for resource in super::resources(cx, &[kind])? {
            for item in
                super::decided(cx, resource, path).into_iter().filter(|item| item.as_bool() == Some(!safe))
            {
                plain(findings, item, resource);
            }
        }
    }
    for (kind, path, word) in TLS_WORDS {
        for resource in super::resources(cx, &[kind])? {
            for item in
                super::decided(cx, resource, path).into_iter().filter(|item| item.as_str() == Some(word))
            {
                plain(findings, item, resource);
            }
        }
    }
    without_tls(cx, findings)
}

/// Flags of databases and caches, and what they are where clients must speak TLS.
const TLS: &[(&str, &str, bool)] = &[
    ("aws_elasticache_replication_group", "transit_encryption_enabled", true),
    ("aws_elasticache_serverless_cache", "transit_encryption_enabled", true),
    ("azurerm_mysql_server", "ssl_enforcement_enabled", true),
    ("azurerm_postgresql_server", "ssl_enforcement_enabled", true),
    ("azurerm_redis_cache", "enable_non_ssl_port", false),
    ("azurerm_redis_cache", "non_ssl_port_enabled", false),
    ("google_sql_database_instance", "settings.ip_configuration.require_ssl", true),
];
/// Settings of them, and the word that lets clients do without.
const TLS_WORDS: &[(&str, &str, &str)] = &[
    ("azurerm_postgresql_server", "ssl_minimal_tls_version_enforced", "TLSEnforcementDisabled"),
    ("google_redis_instance", "transit_encryption_mode", "DISABLED"),
    ("google_sql_database_instance", "settings.ip_configuration.ssl_mode", "ALLOW_UNENCRYPTED_AND_ENCRYPTED"),
];

fn plain(findings: &mut Findings, item: &Item, resource: &crate::terraform::Block) {
    findings
        .at(item.key_place(), format!("`{}` lets clients connect without TLS", resource.label()))
        .severity(Severity::High)
        .why("passwords and data can be read on the way")
        .fix(Fix::manual("let it take connections with TLS only"));
}

/// Parameters of AWS that let clients of a database do without TLS.
fn without_tls(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for group in super::resources(cx, &["aws_db_parameter_group", "aws_rds_cluster_parameter_group"])? {
        for parameter in group.at("parameter").map(Item::one_or_many).unwrap_or_default() {
            let name = parameter.get("name").and_then(Item::as_str);
            let Some(value) = parameter.get("value").filter(|value| value.as_bool() == Some(false)) else {
                continue;
            };
            if let Some(name @ ("rds.force_ssl" | "require_secure_transport")) = name {
                findings
                    .at(
                        value.key_place(),
                        format!("`{}` lets clients connect without TLS (`{name}`)", group.label()),
                    )
                    .severity(Severity::High)
                    .why("passwords and data can be read on the way")
                    .fix(Fix::manual("set it to 1; PostgreSQL 15 and newer have it so by default"));
            }
        }
    }
    Ok(())
}

fn unencrypted(findings: &mut Findings, place: &crate::Place, database: &crate::terraform::Block) {
    findings
        .at(place, format!("the storage of `{}` is not encrypted", database.label()))
        .why("snapshots and disks of it can be read by whoever gets hold of them")
        .fix(Fix::manual("set `storage_encrypted = true`; an existing database is moved through a snapshot"));
}
