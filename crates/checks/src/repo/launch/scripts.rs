//! Scripts of package.json by which production is started, where there is nothing better.

use std::collections::BTreeMap;

use crate::image::shell;
use crate::repo::Files;

use super::program::World;
use super::start::Start;

/// Names that scripts for production have, the likelier ones first. Plain `start` is development's.
const NAMES: [&str; 8] = [
    "start:prod",
    "start:production",
    "start-prod",
    "start-production",
    "serve",
    "serve:prod",
    "production",
    "prod",
];

/// What the scripts of an application start.
pub(super) fn start(files: &Files, folder: &str) -> Option<Start> {
    let within = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let world =
        World { files, folder, contents: None, workdir: "/app", ours: false, variables: &|_: &str| None };
    for path in ["package.json", "packages/backend/package.json"] {
        let Some(scripts) = files.get(&within(path)).and_then(|file| file.tree()?.get("scripts")) else {
            continue;
        };
        for script in NAMES.iter().filter_map(|name| scripts.get(name)) {
            let commands = shell::of_item(script);
            if commands.iter().any(|command| command.has("build") || command.name() == "backstage-cli") {
                continue;
            }
            let Some(found) = world.search(&commands, &[]) else { continue };
            return Some(Start {
                place: script.key_place().clone(),
                who: format!("a script of {}", within(path)),
                configs: found.configs,
                env: BTreeMap::new(),
                workdir: "/app".to_owned(),
                image: None,
            });
        }
    }
    None
}
