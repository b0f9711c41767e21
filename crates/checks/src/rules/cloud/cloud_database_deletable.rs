use crate::fix::Fix;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Databases, the flag that keeps them, and whether it is set unless said.
const FLAGS: &[(&str, &str, bool)] = &[
    ("aws_db_instance", "deletion_protection", false),
    ("aws_rds_cluster", "deletion_protection", false),
    ("google_sql_database_instance", "deletion_protection", true),
];
/// The same of modules of a registry.
const MODULES: &[(&str, &str, bool)] = &[
    ("terraform-aws-modules/rds/aws", "deletion_protection", false),
    ("terraform-aws-modules/rds-aurora/aws", "deletion_protection", false),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (kind, flag, by_default) in FLAGS {
        for database in super::resources(cx, &[kind])? {
            protected(cx, database, flag, *by_default, findings);
        }
    }
    for (name, flag, by_default) in MODULES {
        for database in super::published(cx, name)? {
            protected(cx, database, flag, *by_default, findings);
        }
    }
    // What is said aloud to a module that is not here.
    for database in super::elsewhere(cx)? {
        let is_known = MODULES.iter().any(|(name, ..)| {
            database.at("source").and_then(crate::Item::as_str).is_some_and(|source| source.contains(name))
        });
        if !is_known && database.at("deletion_protection").is_some() {
            protected(cx, database, "deletion_protection", true, findings);
        }
    }
    backed_up(cx, findings)
}

fn protected<'a>(
    cx: &Context<'a>,
    database: &'a Block,
    flag: &str,
    by_default: bool,
    findings: &mut Findings,
) {
    // CloudFormation keeps a snapshot unless a template says otherwise; Terraform deletes.
    let is_terraform = database.place.path.rsplit_once('.').is_some_and(|(_, kind)| kind == "tf");
    let is_kept = database.at("lifecycle.prevent_destroy").is_some_and(crate::Item::is_true)
        || database.at("replicate_source_db").is_some()
        || (database.at(flag).is_none() && !is_terraform);
    if is_kept {
        return;
    }
    for place in super::flagged(cx, database, flag, false, by_default) {
        findings
            .at(place, format!("`{}` can be deleted by one command", database.label()))
            .why("a plan that was not read, or an account that may delete, takes the catalog, sessions and keys along")
            .fix(Fix::manual("set `deletion_protection = true`; it can be set on a running database"));
    }
}

/// Databases without backups of which somebody could restore yesterday.
fn backed_up(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut report = |place: &Place, database: &Block| {
        findings
            .at(place, format!("`{}` is not backed up", database.label()))
            .severity(Severity::Medium)
            .why("what is deleted or spoilt, by a mistake or on purpose, is gone")
            .fix(Fix::manual("keep backups of some days, and try to restore one"));
    };
    for database in super::resources(cx, &["aws_db_instance", "aws_rds_cluster"])? {
        for item in super::decided(cx, database, "backup_retention_period") {
            if item.as_number().is_some_and(|days| days < 1.0) && database.at("replicate_source_db").is_none()
            {
                report(item.key_place(), database);
            }
        }
    }
    for database in super::resources(cx, &["google_sql_database_instance"])? {
        let path = "settings.backup_configuration.enabled";
        if database.at("master_instance_name").is_none() && database.at(path).is_some() {
            for place in super::flagged(cx, database, path, false, false) {
                report(place, database);
            }
        }
    }
    Ok(())
}
