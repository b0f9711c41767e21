use std::collections::BTreeSet;

use crate::fix::Fix;
use crate::image::join;
use crate::rule::Skip;
use crate::rules::compose;
use crate::rules::env_file::{Assignment, assignments};
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
    let of_compose = written_in_compose(cx);
    for file in files {
        for Assignment { name, value, place } in assignments(file) {
            let stands_for = is_placeholder(value) && !is_example_password(name, value);
            if !is_secret(name) || stands_for || value.starts_with("ENC[") {
                continue;
            }
            if of_compose.contains(&(file.folder(), name, value)) {
                continue;
            }
            let message = if is_env(file.name()) {
                format!("`{name}` has its value in a committed environment file")
            } else {
                format!("`{name}` has its value in an example that compose loads")
            };
            findings
                .at(&place, message)
                .severity(if is_local(file.name()) { Severity::Medium } else { Severity::High })
                .why("an environment file with values belongs to one machine; in the repository it is everybody's")
                .fix(Fix::manual("revoke the value, ignore the file in .gitignore, and commit an example with empty values"));
        }
    }
    Ok(())
}

/// What the environments of compose files hold: folder, name and value. Of a database and those beside it who use it, the
/// compose file is where its password is mended.
fn written_in_compose<'a>(cx: &Context<'a>) -> BTreeSet<(&'a str, &'a str, &'a str)> {
    let mut found = BTreeSet::new();
    for service in compose::services(cx).unwrap_or_default() {
        let Some(environment) = service.item.get("environment") else { continue };
        let folder = environment.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let entries = environment.entries().filter_map(|(name, value)| Some((&**name, value.as_str()?)));
        let pairs = environment.items().iter().filter_map(|item| item.as_str()?.split_once('='));
        found.extend(entries.chain(pairs).map(|(name, value)| (folder, name, value)));
    }
    found
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
