//! Platforms that are told in a file of lines: Procfile and fly.toml.

use std::collections::BTreeMap;

use crate::image::shell;
use crate::repo::Files;

use super::containers::Container;

/// The most lines of such a file.
const LINES: usize = 500;

/// What these files start.
pub(super) fn find(files: &Files) -> Vec<Container> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| matches!(file.name(), "Procfile" | "fly.toml")) {
        let Some(text) = file.text() else { continue };
        let sign = if file.name() == "Procfile" { ':' } else { '=' };
        let mut at = 0;
        for line in text.split_inclusive('\n').take(LINES) {
            let start = at;
            at += line.len();
            let Some((_, command)) = line.split_once(sign) else { continue };
            if !(command.contains("packages/backend")
                || command.contains("--config")
                || command.contains("start"))
            {
                continue;
            }
            let trimmed = command.trim().trim_matches(['"', '\'']);
            let Some(offset) = line.find(trimmed).filter(|_| !trimmed.is_empty()) else { continue };
            let place = file.place(start + offset, start + offset + trimmed.len());
            found.push(Container {
                path: file.path.clone(),
                command: Some(shell::of_words_at(trimmed, &place)),
                place,
                arguments: None,
                env: BTreeMap::new(),
                dockerfile: None,
                development: false,
            });
        }
    }
    found
}
