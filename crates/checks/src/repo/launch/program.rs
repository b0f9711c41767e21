//! Following what runs to the backend: through shell scripts and scripts of package.json.

use std::collections::BTreeMap;

use crate::image::{Command, Contents, Word, expand, join, shell};
use crate::repo::Files;

use super::start::configs_of;

/// Scripts that run scripts are followed this deep.
const DEPTH: usize = 5;
/// The most commands of a script that are looked at.
const COMMANDS: usize = 2000;

/// Where scripts are found.
pub(super) struct World<'a> {
    pub(super) files: &'a Files,
    /// The application's folder.
    pub(super) folder: &'a str,
    /// The image's files, where there is an image.
    pub(super) contents: Option<&'a Contents>,
    /// The folder it starts in, in the image.
    pub(super) workdir: &'a str,
    /// Whether whatever Node runs is the backend.
    pub(super) ours: bool,
    /// Variables that are known.
    pub(super) variables: &'a dyn Fn(&str) -> Option<String>,
}

/// A start that was found: what `--config` says, and what is assigned before the program.
pub(super) struct Found {
    pub(super) configs: Vec<Word>,
    pub(super) assigned: Vec<(String, Word)>,
}

impl World<'_> {
    /// The first command that starts a backend, and how. `arguments` are those a script gets (`"$@"`).
    pub(super) fn search(&self, commands: &[Command], arguments: &[Word]) -> Option<Found> {
        self.within(commands, arguments, DEPTH)
    }

    fn within(&self, commands: &[Command], arguments: &[Word], depth: usize) -> Option<Found> {
        let depth = depth.checked_sub(1)?;
        let mut own: BTreeMap<String, String> = BTreeMap::new();
        let mut exported: Vec<(String, Word)> = Vec::new();
        for command in commands.iter().take(COMMANDS) {
            let value = |own: &BTreeMap<String, String>, name: &str| {
                own.get(name).cloned().or_else(|| (self.variables)(name))
            };
            let command = Self::filled(command, arguments, &|name| value(&own, name));
            if let Some(configs) = configs_of(&command, self.ours) {
                let mut assigned = exported;
                assigned.extend(assignments(&command));
                return Some(Found { configs, assigned });
            }
            if command.program().is_empty() || command.name() == "export" {
                for (name, word) in assignments(&command) {
                    own.insert(name.clone(), word.text.clone());
                    exported.push((name, word));
                }
                continue;
            }
            if let Some((commands, rest)) = self.script(&command)
                && let Some(mut found) = self.within(&commands, &rest, depth)
            {
                exported.append(&mut found.assigned);
                found.assigned = exported;
                return Some(found);
            }
        }
        None
    }

    /// The command with `"$@"` and variables filled in; what a variable adds may be several words.
    fn filled(command: &Command, arguments: &[Word], value: &dyn Fn(&str) -> Option<String>) -> Command {
        let mut words = Vec::new();
        for word in &command.words {
            if matches!(word.text.as_str(), "$@" | "${@}" | "$*") {
                words.extend(arguments.iter().cloned());
            } else if word.expands {
                let text = expand(&word.text, value);
                if text.contains(' ') && !word.text.contains('=') {
                    words.extend(
                        text.split_whitespace().map(|part| Word { text: part.to_owned(), ..word.clone() }),
                    );
                } else {
                    words.push(Word { text, ..word.clone() });
                }
            } else {
                words.push(word.clone());
            }
        }
        Command { words, piped: command.piped }
    }

    /// The commands of the script that a command runs, and the arguments it gets.
    fn script(&self, command: &Command) -> Option<(Vec<Command>, Vec<Word>)> {
        let words = command.program();
        match command.name() {
            "yarn" | "npm" | "pnpm" => self.package_script(words),
            "sh" | "bash" | "dash" | "ash" | "." | "source" => {
                let at = words.iter().skip(1).position(|word| !word.text.starts_with('-'))? + 1;
                self.shell_script(&words[at].text).map(|commands| (commands, words[at + 1..].to_vec()))
            }
            _ => self.shell_script(&words.first()?.text).map(|commands| (commands, words[1..].to_vec())),
        }
    }

    fn shell_script(&self, name: &str) -> Option<Vec<Command>> {
        let inside = self.contents.and_then(|contents| {
            let folders = [self.workdir, "/usr/local/bin", "/usr/bin", "/bin", "/"];
            let exact = folders.iter().find_map(|folder| contents.get(&join(folder, name)));
            exact.map(|path| &**path)
        });
        let below = join(&format!("/{}", self.folder), name);
        let path = inside.unwrap_or_else(|| below.trim_start_matches('/'));
        let file = self.files.get(path)?;
        let text = file.text()?;
        let shell = text.starts_with("#!") && text.lines().next().is_some_and(|line| line.contains("sh"));
        (shell || file.name().rsplit_once('.').is_some_and(|(_, end)| end == "sh"))
            .then(|| shell::of_text(&file.path, text))
    }

    /// What `yarn start:prod`, `npm run x`, `yarn workspace backend start` run.
    fn package_script(&self, words: &[Word]) -> Option<(Vec<Command>, Vec<Word>)> {
        let mut folder = self.folder.to_owned();
        let mut at = 1;
        let name = loop {
            let word = words.get(at)?.text.as_str();
            match word {
                "workspace" | "--cwd" | "--prefix" | "-C" | "--filter" | "-w" | "--workspace" => {
                    let package = words.get(at + 1)?.text.as_str();
                    let path = if package.contains('/') && !package.starts_with('@') {
                        package.to_owned()
                    } else {
                        format!("packages/{}", package.rsplit('/').next().unwrap_or(package))
                    };
                    join(&format!("/{}", self.folder), &path).trim_start_matches('/').clone_into(&mut folder);
                    at += 2;
                }
                "run" | "run-script" | "exec" => at += 1,
                word if word.starts_with('-') => at += 1,
                word => break word,
            }
        };
        let path =
            if folder.is_empty() { "package.json".to_owned() } else { format!("{folder}/package.json") };
        let script = self.files.get(&path)?.tree()?.get("scripts")?.get(name)?;
        let rest = words[at + 1..].iter().filter(|word| word.text != "--").cloned();
        let mut commands = shell::of_item(script);
        // Arguments go to the last command.
        if let Some(last) = commands.last_mut() {
            last.words.extend(rest);
        }
        Some((commands, Vec::new()))
    }
}

fn assignments(command: &Command) -> Vec<(String, Word)> {
    command
        .words
        .iter()
        .filter_map(|word| {
            let (name, value) = word.text.split_once('=')?;
            let is_name = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
            is_name.then(|| (name.to_owned(), Word { text: value.to_owned(), ..word.clone() }))
        })
        .collect()
}
