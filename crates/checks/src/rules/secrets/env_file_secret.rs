use std::collections::BTreeSet;

use crate::fix::Fix;
use crate::image::join;
use crate::rule::Skip;
use crate::rules::compose;
use crate::secret_names::{is_example_password, is_placeholder, is_secret};
use crate::{Checklist, Context, File, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let loaded = loaded_by_compose(cx);
    let is_one = |file: &&File| is_env(file.name()) || loaded.contains(&*file.path);
    let files: Vec<&File> = cx.repository().files.iter().filter(is_one).collect();
    if files.is_empty() {
        return Err(Skip::because("no .env file here"));
    }
    for file in files {
        let Some(text) = file.text() else { continue };
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let Some((name, value)) = assignment(line) else { continue };
            let stands_for = is_placeholder(value) && !is_example_password(name, value);
            if !is_secret(name) || stands_for || value.starts_with("ENC[") {
                continue;
            }
            let name_at = start + line.find(name).unwrap_or(0);
            let message = if is_env(file.name()) {
                format!("`{name}` has its value in a committed environment file")
            } else {
                format!("`{name}` has its value in an example that compose loads")
            };
            findings
                .at(&file.place(name_at, name_at + name.len()), message)
                .severity(if is_local(file.name()) { Severity::Medium } else { Severity::High })
                .why("an environment file with values belongs to one machine; in the repository it is everybody's")
                .fix(Fix::manual("revoke the value, ignore the file in .gitignore, and commit an example with empty values"));
        }
    }
    Ok(())
}

/// The files that services of compose files get their environment from, also those that are called examples.
fn loaded_by_compose(cx: &Context<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for service in compose::services(cx).unwrap_or_default() {
        for named in service.item.get("env_file").map(Item::one_or_many).unwrap_or_default() {
            let Some(path) = named.as_str().or_else(|| named.get("path")?.as_str()) else { continue };
            let folder = named.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            found.insert(join(&format!("/{folder}"), path).trim_start_matches('/').to_owned());
        }
    }
    found
}

/// `.env`, `.env.production`, `prod.env`; not those that only show which variables there are.
fn is_env(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_example = ["example", "sample", "template", "dist", "defaults"]
        .iter()
        .any(|word| name.split(['.', '-', '_']).any(|part| part == *word));
    (name == ".env" || name.starts_with(".env.") || name.rsplit('.').next() == Some("env")) && !is_example
}

fn is_local(name: &str) -> bool {
    ["local", "dev", "development", "test", "ci", "docker"]
        .iter()
        .any(|word| name.split(['.', '-']).any(|part| part == *word))
}

/// `NAME=value` or `export NAME=value`, the value without quotes and a comment after it.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    if line.starts_with('#') {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
        None => value.split(" #").next().unwrap_or_default().trim(),
    };
    is_name.then_some((name, value))
}
