//! A way in which a backend is started, as somebody wrote it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::image::{Command, Contents, Word};
use crate::{Item, Place};

/// A way in which a backend is started.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    /// Where it says so.
    pub(crate) place: Place,
    /// Who starts it, as the subject of a sentence: `the image of Dockerfile`.
    pub(crate) who: String,
    /// What `--config` says, in order.
    pub(crate) configs: Vec<Word>,
    /// The environment, as far as it is written: name, value, place. Values that are not known are unknown items.
    pub(crate) env: BTreeMap<String, Item>,
    /// The folder it starts in.
    pub(crate) workdir: String,
    /// The image it starts in.
    pub(crate) image: Option<Image>,
}

/// The image that something starts in.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// The Dockerfile's path.
    pub(crate) path: Arc<str>,
    /// Whether its base may set variables that nobody sees here.
    pub(crate) known_env: bool,
    /// Its files.
    pub(crate) contents: Arc<Contents>,
}

/// Programs that run JavaScript.
const NODES: [&str; 3] = ["node", "nodejs", "bun"];

/// What `--config` says, if a command starts a backend. In an image of a backend (`ours`), whatever Node runs is it.
pub(crate) fn configs_of(command: &Command, ours: bool) -> Option<Vec<Word>> {
    let words = command.program();
    let node = words.iter().position(|word| NODES.contains(&file_name(&word.text)));
    let cli = command.name() == "backstage-cli" && words.iter().any(|word| word.text == "start");
    let listed = words
        .first()
        .is_some_and(|word| word.text.starts_with('-') || word.text.contains("packages/backend"));
    let arguments = match node {
        Some(node) => &words[node + 1..],
        None if cli || listed => words,
        None => return None,
    };
    let backend = |word: &Word| {
        let text = word.text.trim_end_matches('/');
        text.contains("packages/backend") || text == "backend" || text.ends_with("/backend")
    };
    let configs = flags(arguments);
    let script = arguments.iter().find(|word| !word.text.starts_with('-'));
    let other_script =
        script.is_some_and(|word| word.text.contains("scripts/") || word.text.contains("healthcheck"));
    let inline = arguments
        .iter()
        .any(|word| matches!(word.text.as_str(), "-e" | "-p" | "--eval" | "--version" | "-v"));
    let is = cli || arguments.iter().any(backend) || !configs.is_empty() || (ours && script.is_some());
    (is && !other_script && !inline).then_some(configs)
}

/// The values of `--config X` and `--config=X`.
pub(crate) fn flags(words: &[Word]) -> Vec<Word> {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word.text == "--config" {
            // A flag at the end gets its value from a patch that is elsewhere.
            let patched = || Word { text: "$PATCHED".to_owned(), expands: true, ..word.clone() };
            found.push(words.next().cloned().unwrap_or_else(patched));
        } else if let Some(value) = word.text.strip_prefix("--config=") {
            found.push(Word { text: value.to_owned(), ..word.clone() });
        }
    }
    found
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
