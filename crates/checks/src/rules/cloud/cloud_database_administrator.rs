use std::collections::BTreeSet;

use super::cloud_secret_plain_env::environment;
use crate::fix::Fix;
use crate::terraform::{Block, Module};
use crate::{Checklist, Context, File, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Servers, and what they take as the password of the account that is made with them.
const SERVERS: &[(&str, &str)] = &[
    ("azurerm_postgresql_flexible_server", "administrator_password"),
    ("azurerm_postgresql_server", "administrator_login_password"),
    ("azurerm_mysql_flexible_server", "administrator_password"),
    ("azurerm_mssql_server", "administrator_login_password"),
    ("aws_db_instance", "password"),
    ("aws_rds_cluster", "master_password"),
];
/// What of a server is that account's, as references end.
const ATTRIBUTES: &[&str] =
    &["administrator_password", "administrator_login_password", "password", "master_password"];
/// What runs programs with an environment.
const KINDS: &[&str] = &[
    "aws_apprunner_service",
    "aws_ecs_task_definition",
    "azurerm_app_service",
    "azurerm_container_app",
    "azurerm_container_group",
    "azurerm_linux_web_app",
    "kubernetes_secret",
    "kubernetes_secret_v1",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.infrastructure()? {
        let passwords = passwords(cx, module);
        for block in module.resources(KINDS) {
            let mut entries = environment(block);
            entries.extend(references(block));
            entries.extend(
                block.at("data").into_iter().flat_map(Item::entries).map(|(name, value)| (&**name, value)),
            );
            let is_one = |(name, value): &&(&str, &Item)| {
                is_of_a_database(name) && is_administrators(written(cx, value), &passwords)
            };
            let Some((name, value)) = entries.iter().find(is_one) else { continue };
            findings
                .at(value.key_place(), format!("`{}` signs in as the administrator of the database's server (`{name}`)", block.label()))
                .why("an injection or a stolen password then reaches every database of the server, and its accounts")
                .fix(Fix::manual("make an account that owns the portal's databases and nothing else"));
        }
    }
    Ok(())
}

/// How the passwords of administrators are written in a module.
fn passwords<'a>(cx: &Context<'a>, module: &'a Module) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for (kind, path) in SERVERS {
        for server in module.resources(std::slice::from_ref(kind)) {
            found.extend(server.at(path).map(|item| written(cx, item)).filter(|code| is_reference(code)));
        }
    }
    found
}

/// The code of a value.
fn written<'a>(cx: &Context<'a>, item: &Item) -> &'a str {
    let text = cx.repository().files.get(&item.place.path).and_then(File::text);
    text.and_then(|text| text.get(item.place.start..item.place.end)).unwrap_or_default().trim()
}

/// A variable, or what another resource makes.
fn is_reference(code: &str) -> bool {
    code.contains('.') && !code.starts_with('"')
}

/// Secrets of tasks, with where they are taken from.
fn references(block: &Block) -> Vec<(&str, &Item)> {
    let mut found = Vec::new();
    block.body.walk(&mut |path, item| {
        if path.rsplit('.').next() == Some("secrets") {
            found.extend(item.one_or_many().iter().filter_map(|one| {
                let from = one.get("valueFrom").or_else(|| one.get("value_from"))?;
                Some((one.get("name")?.as_str()?, from))
            }));
        }
    });
    found
}

/// Whether a variable is the password of the portal's database.
fn is_of_a_database(name: &str) -> bool {
    let name = name.to_ascii_uppercase().replace('-', "_");
    ["POSTGRES", "PG", "DB", "DATABASE", "SQL", "RDS"].iter().any(|word| name.contains(word))
        && ["PASSWORD", "PASS", "PASSWD", "PWD"].iter().any(|end| name.ends_with(end))
}

fn is_administrators(code: &str, passwords: &BTreeSet<&str>) -> bool {
    let code = code.trim_matches('"');
    let code = code.strip_prefix("${").map_or(code, |inner| inner.split('}').next().unwrap_or(inner));
    let of_server = SERVERS.iter().any(|(kind, _)| code.starts_with(&format!("{kind}.")));
    passwords.contains(code)
        || (of_server
            && (code.contains(".master_user_secret")
                || ATTRIBUTES.iter().any(|attribute| code.ends_with(&format!(".{attribute}")))))
}
