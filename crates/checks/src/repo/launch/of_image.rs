//! What an image starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Item;
use crate::image::{Command, Contents, Dockerfile, Effective, Origin, Word, base_user};
use crate::repo::Files;
use crate::tree::Value;

use super::program::World;
use super::start::{Image, Start};

/// What the image of a Dockerfile starts when nobody says otherwise, or with `instead` of its `CMD`, or with
/// `entrypoint` instead of all.
pub(super) fn start(
    dockerfile: &Dockerfile,
    contents: &Arc<Contents>,
    folder: &str,
    files: &Files,
    changed: &Changed,
) -> Option<Start> {
    let effective = dockerfile.effective();
    let mut env: BTreeMap<String, Item> = effective
        .env
        .iter()
        .map(|(name, (value, instruction))| (name.clone(), item(value, instruction.place.clone())))
        .collect();
    env.extend(changed.env.clone());
    let variables = |name: &str| env.get(name).and_then(Item::as_str).map(str::to_owned);
    let world = World {
        files,
        folder,
        contents: Some(contents),
        workdir: &effective.workdir,
        ours: true,
        variables: &variables,
    };
    let (commands, arguments, place) = runs(&effective, changed)?;
    let found = world.search(&commands, &arguments)?;
    let mut env = env.clone();
    env.extend(found.assigned.into_iter().map(|(name, word)| (name, item(&word.text, word.place))));
    let known_env = dockerfile.layers().last().is_some_and(|stage| match &stage.base.origin {
        Origin::Image(image) => base_user::is_known(image),
        _ => false,
    });
    Some(Start {
        place,
        who: format!("the image of {}", dockerfile.path),
        configs: found.configs,
        env,
        workdir: effective.workdir.clone(),
        image: Some(Image { path: dockerfile.path.clone(), known_env, contents: Arc::clone(contents) }),
    })
}

/// What whoever runs an image says instead of the image.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    /// Instead of `ENTRYPOINT`.
    pub(super) command: Option<Vec<Command>>,
    /// Instead of `CMD`.
    pub(super) arguments: Option<Vec<Word>>,
    /// On top of `ENV`.
    pub(super) env: BTreeMap<String, Item>,
    /// Where it says so.
    pub(super) place: Option<crate::Place>,
}

/// The commands that run, the arguments that scripts get, and the place that says so.
fn runs(effective: &Effective<'_>, changed: &Changed) -> Option<(Vec<Command>, Vec<Word>, crate::Place)> {
    let cmd = effective.cmd;
    let arguments = match &changed.arguments {
        Some(words) => words.clone(),
        None if changed.command.is_some() => Vec::new(),
        None => cmd.filter(|cmd| cmd.list).map(|cmd| cmd.words.clone()).unwrap_or_default(),
    };
    let place = changed.place.clone();
    if let Some(commands) = &changed.command {
        return Some((with(commands, &arguments), arguments, place?));
    }
    if let Some(entrypoint) = effective.entrypoint {
        // What runs is named by the command, if there is one.
        let place = place.or_else(|| Some(cmd.unwrap_or(entrypoint).place.clone()))?;
        let commands = if entrypoint.list {
            with(&entrypoint.commands, &arguments)
        } else {
            entrypoint.commands.clone()
        };
        // An entrypoint that is a script may end with `exec "$@"`: the arguments are a command of their own.
        let own = Command { words: arguments.clone(), piped: false };
        return Some((commands.into_iter().chain([own]).collect(), arguments, place));
    }
    let place = place.or_else(|| cmd.map(|cmd| cmd.place.clone()))?;
    match &changed.arguments {
        Some(words) => Some((vec![Command { words: words.clone(), piped: false }], Vec::new(), place)),
        None => Some((cmd?.commands.clone(), Vec::new(), place)),
    }
}

/// The first command with arguments after its own.
fn with(commands: &[Command], arguments: &[Word]) -> Vec<Command> {
    let mut commands = commands.to_vec();
    if let Some(first) = commands.first_mut() {
        first.words.extend(arguments.iter().cloned());
    }
    commands
}

fn item(value: &str, place: crate::Place) -> Item {
    let value =
        if value.contains('$') { Value::Unknown(Arc::from(value)) } else { Value::String(Arc::from(value)) };
    Item::new(value, place)
}
