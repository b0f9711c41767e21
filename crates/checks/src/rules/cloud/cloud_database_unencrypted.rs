use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for database in super::resources(cx, &["aws_db_instance", "aws_rds_cluster"])? {
        let taken = ["snapshot_identifier", "replicate_source_db", "cluster_identifier", "kms_key_id"];
        let place = match database.at("storage_encrypted") {
            Some(item) if item.as_bool() == Some(false) => item.key_place(),
            Some(_) => continue,
            // What is made of something else is encrypted as that is; a cluster may be of a kind that always is.
            None if &*database.kind == "aws_rds_cluster"
                || taken.iter().any(|key| database.at(key).is_some()) =>
            {
                continue;
            }
            None => &database.place,
        };
        findings
            .at(place, format!("the storage of `{}` is not encrypted", database.label()))
            .why("snapshots and disks of it can be read by whoever gets hold of them")
            .fix(Fix::manual(
                "set `storage_encrypted = true`; an existing database is moved through a snapshot",
            ));
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
    without_tls(cx, findings)
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
