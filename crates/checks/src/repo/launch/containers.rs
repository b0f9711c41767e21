//! Containers that others start: manifests, charts' values, compose files, and what platforms call them. All are
//! maps with a command, arguments and an environment, so all are read alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::image::{Command, Word, shell};
use crate::repo::app_config::{Generated, embedded, is_for_development};
use crate::repo::{Files, Role};
use crate::tree::Value;
use crate::{File, Item, Place};

/// A container that seems to run a backend.
#[derive(Clone, Debug)]
pub(super) struct Container {
    /// The file that has it.
    pub(super) path: Arc<str>,
    /// Its command's place, else its arguments', else its own.
    pub(super) place: Place,
    /// Instead of the image's entrypoint.
    pub(super) command: Option<Vec<Command>>,
    /// Instead of the image's command.
    pub(super) arguments: Option<Vec<Word>>,
    /// What it sets.
    pub(super) env: BTreeMap<String, Item>,
    /// The Dockerfile it is built from, where it says so.
    pub(super) dockerfile: Option<String>,
    /// Whether it is for people who work on the application.
    pub(super) development: bool,
}

/// Words one of which a file must hold to be looked at.
const NEEDLES: [&[u8]; 5] =
    [b"packages/backend", b"--config", b"APP_CONFIG_", b"BACKSTAGE_ENV", b"appConfig"];
/// The most bytes of a file in which containers are looked for.
const BYTES: usize = 2 << 20;

/// All of them.
pub(super) fn find(files: &Files, generated: &Generated) -> Vec<Container> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| may_have(file)) {
        let compose = file.name().contains("compose");
        // A compose file is for a developer's machine unless it says that it is not.
        let development = is_for_development(&file.path) && !generated.is_deployed(file.folder())
            || (compose && !says_production(&file.path));
        for tree in file.trees() {
            for values in embedded::helm_texts(file, tree) {
                for backstage in embedded::values(&values) {
                    found.extend(of_chart(file, backstage, development));
                }
            }
            for backstage in embedded::values(tree) {
                found.extend(of_chart(file, backstage, development));
            }
            if embedded::values(tree).is_empty() {
                walk(file, tree, compose, development, &mut found);
            }
        }
    }
    found
}

fn may_have(file: &File) -> bool {
    let name = file.name();
    let kind = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
    let other = matches!(name, "package.json" | "package-lock.json" | "tsconfig.json" | "pnpm-lock.yaml");
    let workflow = file.path.starts_with(".github/") || name.starts_with(".gitlab-ci");
    kind && !other
        && !workflow
        && Role::of(name).is_none()
        && file.text().is_some_and(|text| {
            text.len() <= BYTES
                && NEEDLES.iter().any(|needle| memchr::memmem::find(text.as_bytes(), needle).is_some())
        })
}

fn says_production(path: &str) -> bool {
    path.to_ascii_lowercase()
        .split(['/', '.', '-', '_'])
        .any(|word| matches!(word, "prod" | "production" | "prd"))
}

fn walk(file: &File, tree: &Item, compose: bool, development: bool, found: &mut Vec<Container>) {
    tree.walk(&mut |_, item| {
        if item.as_map().is_none() {
            return;
        }
        let keys: [&[&str]; 2] = if compose {
            [&["entrypoint"], &["command"]]
        } else {
            [
                &[
                    "command",
                    "entryPoint",
                    "entrypoint",
                    "startCommand",
                    "dockerCommand",
                    "web",
                    "app",
                    "backend",
                ],
                &["args"],
            ]
        };
        let first = |keys: &[&str]| {
            keys.iter()
                .find_map(|key| item.get(key))
                .filter(|item| matches!(item.value, Value::String(_) | Value::Seq(_)))
        };
        let (command, arguments) = (first(keys[0]), first(keys[1]));
        let env = environment(item);
        let speaks = |item: Option<&Item>| item.is_some_and(mentions);
        let has_settings = env.keys().any(|name| name.starts_with("APP_CONFIG_") || name == "BACKSTAGE_ENV");
        if !speaks(command) && !speaks(arguments) && !has_settings {
            return;
        }
        let place = command.or(arguments).map_or(&item.place, Item::key_place).clone();
        found.push(Container {
            path: file.path.clone(),
            place,
            command: command.map(commands),
            arguments: arguments.map(words),
            env,
            dockerfile: item.at("build.dockerfile").and_then(Item::as_str).map(str::to_owned),
            development,
        });
    });
}

/// The usual chart: its own command is `node packages/backend`, and it adds `--config` for what it mounts.
fn of_chart(file: &File, backstage: &Item, development: bool) -> Option<Container> {
    let named =
        ["args", "extraAppConfig", "appConfig", "command"].iter().find_map(|key| backstage.get(key))?;
    let mut arguments = backstage.get("args").map(words).unwrap_or_default();
    let mut add = |name: &str, place: &Place| {
        for text in ["--config", name] {
            arguments.push(Word { text: text.to_owned(), place: place.clone(), expands: false });
        }
    };
    for extra in backstage.get("extraAppConfig").map(Item::items).unwrap_or_default() {
        if let Some(name) = extra.get("filename").and_then(Item::as_str) {
            add(name, &extra.place);
        }
    }
    if let Some(inline) =
        backstage.get("appConfig").filter(|item| item.as_map().is_some_and(|map| !map.is_empty()))
    {
        add("app-config-from-configmap.yaml", inline.key_place());
    }
    let own = Word { text: "packages/backend".to_owned(), place: named.key_place().clone(), expands: false };
    let node = Word { text: "node".to_owned(), ..own.clone() };
    let command = match backstage.get("command").filter(|item| !item.items().is_empty()) {
        Some(command) => commands(command),
        None => vec![Command { words: vec![node, own], piped: false }],
    };
    Some(Container {
        path: file.path.clone(),
        place: named.key_place().clone(),
        command: Some(command),
        arguments: Some(arguments),
        env: environment(backstage),
        dockerfile: None,
        development,
    })
}

/// Whether a command or its arguments speak of a backend.
fn mentions(item: &Item) -> bool {
    let says = |item: &Item| {
        item.as_str().is_some_and(|text| {
            text.contains("packages/backend") || (text.contains("--config") && text.contains("app-config"))
        })
    };
    let config = |item: &Item| item.as_str().is_some_and(|text| text.contains("app-config"));
    let flag = |item: &Item| item.as_str().is_some_and(|text| text.starts_with("--config"));
    says(item)
        || item.items().iter().any(says)
        || (item.items().iter().any(config) && item.items().iter().any(flag))
}

fn commands(item: &Item) -> Vec<Command> {
    match &item.value {
        Value::String(_) => shell::of_item(item),
        _ => shell::of_list(words(item)),
    }
}

fn words(item: &Item) -> Vec<Word> {
    match &item.value {
        Value::String(_) => shell::of_item(item).into_iter().flat_map(|command| command.words).collect(),
        _ => item
            .items()
            .iter()
            .map(|item| Word {
                text: item.as_str().unwrap_or("$UNKNOWN").to_owned(),
                place: item.place.clone(),
                expands: item.as_str().is_none_or(|text| text.contains('$')),
            })
            .collect(),
    }
}

/// Variables: as a list of `name` and `value`, as a list of `NAME=value`, as a map.
fn environment(item: &Item) -> BTreeMap<String, Item> {
    let mut env = BTreeMap::new();
    let unknown = |item: &Item| Item::new(Value::Unknown(Arc::from("set elsewhere")), item.place.clone());
    for part in
        ["env", "environment", "variables", "extraEnvVars", "envVars"].iter().filter_map(|key| item.get(key))
    {
        for (name, value) in part.entries() {
            env.insert(name.to_string(), value.clone());
        }
        for entry in part.items() {
            if let Some((name, value)) = entry.as_str().and_then(|text| text.split_once('=')) {
                env.insert(name.to_owned(), Item::new(Value::String(Arc::from(value)), entry.place.clone()));
            } else if let Some(name) =
                ["name", "key"].iter().find_map(|key| entry.get(key)).and_then(Item::as_str)
            {
                env.insert(name.to_owned(), entry.get("value").cloned().unwrap_or_else(|| unknown(entry)));
            }
        }
    }
    env
}
