//! What commands install.

use crate::image::shell::{Command, Word};

/// Options of package managers that have their value in the next word.
const VALUED: [&str; 8] = ["--virtual", "-t", "--repository", "-X", "--target-release", "-c", "-o", "--root"];

/// Packages of the operating system that a command installs.
pub(crate) fn of_system(command: &Command) -> Vec<&Word> {
    match (command.name(), verb(command)) {
        ("apt-get" | "apt" | "aptitude" | "yum" | "dnf" | "microdnf" | "zypper", "install")
        | ("apk", "add") => operands(command, 1),
        _ => Vec::new(),
    }
}

/// Whether a command removes packages of the operating system again.
pub(crate) fn removes(command: &Command) -> bool {
    matches!(
        (command.name(), verb(command)),
        ("apt-get" | "apt" | "yum" | "dnf" | "microdnf", "purge" | "remove" | "autoremove" | "erase")
            | ("apk", "del")
    )
}

/// Packages of Python that a command installs: what is no file, folder, URL or list of requirements.
pub(crate) fn of_python(command: &Command) -> Vec<&Word> {
    let words = command.program();
    let name = command.name();
    let verb_at = match name {
        _ if name == "pip" || name == "pipx" || name.starts_with("pip3") => 1,
        "python" | "python3" if command.has("-m") && command.has("pip") => 3,
        "uv" if command.has("pip") => 2,
        _ => return Vec::new(),
    };
    if words.get(verb_at).is_none_or(|verb| verb.text != "install") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut rest = words.iter().skip(verb_at + 1);
    while let Some(word) = rest.next() {
        match word.text.as_str() {
            "-r" | "--requirement" | "-c" | "--constraint" | "-e" | "--editable" | "-i" | "--index-url"
            | "--extra-index-url" | "-t" | "--target" | "--prefix" | "--root" | "--proxy" | "--timeout"
            | "--retries" | "--cache-dir" | "--trusted-host" | "-f" | "--find-links" | "--python" => {
                rest.next();
            }
            text if text.starts_with('-') || is_redirection(text) => {}
            _ => found.push(word),
        }
    }
    found
}

/// Whether a command installs what a package.json lists, and with which program.
pub(crate) fn of_project(command: &Command) -> Option<&str> {
    let name = command.name();
    let first = command.operands().next().map(|word| word.text.as_str());
    let global = command.has("-g") || command.has("--global");
    match (name, first) {
        ("yarn" | "yarnpkg", None) if !command.has("--version") && !command.has("-v") => Some("yarn"),
        ("yarn" | "yarnpkg", Some("install")) => Some("yarn"),
        ("npm", Some("install" | "i" | "ci" | "clean-install"))
            if !global && command.operands().count() == 1 =>
        {
            Some("npm")
        }
        ("pnpm", Some("install" | "i")) if !global => Some("pnpm"),
        _ => None,
    }
}

fn verb(command: &Command) -> &str {
    command.operands().next().map_or("", |word| &word.text)
}

/// The operands after the first few, without values of options and redirections.
fn operands(command: &Command, after: usize) -> Vec<&Word> {
    let mut found = Vec::new();
    let mut rest = command.program().iter().skip(1);
    while let Some(word) = rest.next() {
        if VALUED.contains(&word.text.as_str()) {
            rest.next();
        } else if !word.text.starts_with('-') && !is_redirection(&word.text) {
            found.push(word);
        }
    }
    found.into_iter().skip(after).collect()
}

fn is_redirection(word: &str) -> bool {
    word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '&').starts_with(['>', '<'])
}
