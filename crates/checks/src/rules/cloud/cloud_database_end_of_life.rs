use crate::fix::Fix;
use crate::image::engines::{Engine, Manager, ended_by};
use crate::image::lifetime::Ended;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let in_code = code(cx, findings);
    let databases = match resources(cx) {
        Ok(databases) => databases,
        Err(_) if in_code => return Ok(()),
        Err(Skip(reason)) => return Err(Skip(reason)),
    };
    let today = cx.repository().today.0;
    for (engine, version, manager, label) in databases {
        let text = match &version.value {
            crate::Value::Number(number) => number.to_string(),
            _ => version.as_str().unwrap_or_default().to_owned(),
        };
        let text = text.trim_start_matches(|c: char| !c.is_ascii_digit()).replace('_', ".");
        if let Some(ended) = ended_by(manager, engine, &text, today) {
            report(findings, version.key_place(), &format!("`{label}`"), &ended);
        }
    }
    Ok(())
}

type Database<'a> = (Engine, &'a Item, Option<Manager>, &'a str);

fn resources<'a>(cx: &Context<'a>) -> Result<Vec<Database<'a>>, Skip> {
    let mut found = Vec::new();
    for block in super::resources(cx, &["aws_db_instance", "aws_rds_cluster"])? {
        let engine = match block.at("engine").and_then(Item::as_str) {
            Some("postgres" | "aurora-postgresql") => Engine::Postgres,
            Some("mysql") => Engine::Mysql,
            Some("mariadb") => Engine::MariaDb,
            _ => continue,
        };
        found.extend(
            block.at("engine_version").map(|version| (engine, version, Some(Manager::Aws), block.label())),
        );
    }
    for (kind, engine) in [
        ("azurerm_postgresql_flexible_server", Engine::Postgres),
        ("azurerm_postgresql_server", Engine::Postgres),
        ("azurerm_mysql_flexible_server", Engine::Mysql),
    ] {
        for block in super::resources(cx, &[kind])? {
            found.extend(
                block.at("version").map(|version| (engine, version, Some(Manager::Azure), block.label())),
            );
        }
    }
    for block in super::resources(cx, &["google_sql_database_instance"])? {
        let Some(version) = block.at("database_version") else { continue };
        let engine = match version.as_str() {
            Some(text) if text.starts_with("POSTGRES_") => Engine::Postgres,
            Some(text) if text.starts_with("MYSQL_") => Engine::Mysql,
            _ => continue,
        };
        found.push((engine, version, None, block.label()));
    }
    Ok(found)
}

/// `PostgresEngineVersion.VER_13_7` in code of the CDK. Whether there is code to look at.
fn code(cx: &Context<'_>, findings: &mut Findings) -> bool {
    let Ok(code) = cx.code() else { return false };
    let mut looked = false;
    for module in code
        .modules()
        .filter(|module| module.text().contains("aws-cdk-lib") || module.text().contains("@aws-cdk/"))
    {
        looked = true;
        let text = module.text();
        for (at, _) in text.match_indices("EngineVersion.VER_") {
            let before = text.get(..at).unwrap_or_default();
            let class = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let engine = match class {
                "Postgres" | "AuroraPostgres" => Engine::Postgres,
                "Mysql" => Engine::Mysql,
                "MariaDb" => Engine::MariaDb,
                _ => continue,
            };
            let rest = text.get(at + "EngineVersion.VER_".len()..).unwrap_or_default();
            let version: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '_').collect();
            let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
            if line.starts_with("//") || line.starts_with('*') {
                continue;
            }
            let today = cx.repository().today.0;
            if let Some(ended) = ended_by(Some(Manager::Aws), engine, &version.replace('_', "."), today) {
                let start = at - class.len();
                let end = at + "EngineVersion.VER_".len() + version.len();
                let place = Place::bytes(&module.path, text, start, end);
                report(findings, &place, "the database", &ended);
            }
        }
    }
    looked
}

fn report(findings: &mut Findings, place: &Place, what: &str, ended: &Ended) {
    findings
        .at(place, format!("{what} runs {}, whose last fixes were on {}", ended.what, ended.on))
        .why("holes that were found since stay open, and managed services begin to charge for it or upgrade by themselves")
        .fix(Fix::manual("upgrade to a version that is maintained; try it on a snapshot first"));
}
