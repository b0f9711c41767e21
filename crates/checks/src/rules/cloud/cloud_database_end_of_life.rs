use time::Date;
use time::macros::date;

use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// An engine, and by its version the last day of fixes: from those who make it, and from AWS without paying more.
struct Engine {
    name: &'static str,
    /// Version, the community's last day, that of AWS.
    ends: &'static [(&'static str, Date, Date)],
}

const POSTGRES: Engine = Engine {
    name: "PostgreSQL",
    ends: &[
        ("9.6", date!(2021 - 11 - 11), date!(2022 - 04 - 26)),
        ("10", date!(2022 - 11 - 10), date!(2023 - 04 - 17)),
        ("11", date!(2023 - 11 - 09), date!(2024 - 02 - 29)),
        ("12", date!(2024 - 11 - 21), date!(2025 - 02 - 28)),
        ("13", date!(2025 - 11 - 13), date!(2026 - 02 - 28)),
        ("14", date!(2026 - 11 - 12), date!(2027 - 02 - 28)),
        ("15", date!(2027 - 11 - 11), date!(2028 - 02 - 29)),
    ],
};
const MYSQL: Engine = Engine {
    name: "MySQL",
    ends: &[
        ("5.6", date!(2021 - 02 - 05), date!(2022 - 03 - 01)),
        ("5.7", date!(2023 - 10 - 25), date!(2024 - 02 - 29)),
        ("8.0", date!(2026 - 04 - 30), date!(2026 - 07 - 31)),
    ],
};

/// Who runs a database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    Aws,
    Others,
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let in_code = code(cx, findings);
    let databases = match resources(cx) {
        Ok(databases) => databases,
        Err(_) if in_code => return Ok(()),
        Err(Skip(reason)) => return Err(Skip(reason)),
    };
    for (engine, version, runs, label) in databases {
        let text = match &version.value {
            crate::Value::Number(number) => number.to_string(),
            _ => version.as_str().unwrap_or_default().to_owned(),
        };
        let text = text.trim_start_matches(|c: char| !c.is_ascii_digit()).replace('_', ".");
        if let Some((name, on)) = ended(cx, engine, &text, runs) {
            report(findings, version.key_place(), &format!("`{label}`"), &name, on);
        }
    }
    Ok(())
}

type Database<'a> = (&'static Engine, &'a Item, Runs, &'a str);

fn resources<'a>(cx: &Context<'a>) -> Result<Vec<Database<'a>>, Skip> {
    let mut found = Vec::new();
    for block in super::resources(cx, &["aws_db_instance", "aws_rds_cluster"])? {
        let engine = match block.at("engine").and_then(Item::as_str) {
            Some("postgres" | "aurora-postgresql") => &POSTGRES,
            Some("mysql") => &MYSQL,
            _ => continue,
        };
        found.extend(block.at("engine_version").map(|version| (engine, version, Runs::Aws, block.label())));
    }
    for (kind, engine) in [
        ("azurerm_postgresql_flexible_server", &POSTGRES),
        ("azurerm_postgresql_server", &POSTGRES),
        ("azurerm_mysql_flexible_server", &MYSQL),
    ] {
        for block in super::resources(cx, &[kind])? {
            found.extend(block.at("version").map(|version| (engine, version, Runs::Others, block.label())));
        }
    }
    for block in super::resources(cx, &["google_sql_database_instance"])? {
        let Some(version) = block.at("database_version") else { continue };
        let engine = match version.as_str() {
            Some(text) if text.starts_with("POSTGRES_") => &POSTGRES,
            Some(text) if text.starts_with("MYSQL_") => &MYSQL,
            _ => continue,
        };
        found.push((engine, version, Runs::Others, block.label()));
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
                "Postgres" | "AuroraPostgres" => &POSTGRES,
                "Mysql" => &MYSQL,
                _ => continue,
            };
            let rest = text.get(at + "EngineVersion.VER_".len()..).unwrap_or_default();
            let version: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '_').collect();
            let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
            if line.starts_with("//") || line.starts_with('*') {
                continue;
            }
            if let Some((name, on)) = ended(cx, engine, &version.replace('_', "."), Runs::Aws) {
                let start = at - class.len();
                let end = at + "EngineVersion.VER_".len() + version.len();
                let place = Place::bytes(&module.path, text, start, end);
                report(findings, &place, "the database", &name, on);
            }
        }
    }
    looked
}

/// The engine with its version and its last day, if that is before today.
fn ended(cx: &Context<'_>, engine: &Engine, version: &str, runs: Runs) -> Option<(String, Date)> {
    let is = |known: &str| {
        version == known || version.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'))
    };
    let (known, community, aws) = engine.ends.iter().find(|(known, ..)| is(known))?;
    let on = if runs == Runs::Aws { *aws } else { *community };
    (on < cx.repository().today.0).then(|| (format!("{} {known}", engine.name), on))
}

fn report(findings: &mut Findings, place: &Place, what: &str, name: &str, on: Date) {
    findings
        .at(place, format!("{what} runs {name}, whose last fixes were on {on}"))
        .why("holes that were found since stay open, and managed services begin to charge for it or upgrade by themselves")
        .fix(Fix::manual("upgrade to a version that is maintained; try it on a snapshot first"));
}
