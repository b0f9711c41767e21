//! Documents that cannot rot: every file, function and type that they name is there.

use std::path::Path;

use crate::rules;

/// Documents there must be.
const REQUIRED: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "deploy/README.md",
    "docs/check.md",
    "docs/checks.md",
    "docs/configuration.md",
    "docs/differences.md",
    "docs/exit-codes.md",
    "docs/operations.md",
    "docs/policy.md",
    "docs/routes.md",
    "docs/secrets.md",
    "docs/sign-in.md",
];

/// Folders whose documents are read.
const FOLDERS: &[&str] = &["", "bench", "deploy", "docs"];

/// Names and links that lead nowhere, and documents that are missing.
pub(crate) fn check() -> Vec<String> {
    let root = crate::root();
    let mut problems: Vec<String> = REQUIRED
        .iter()
        .filter(|document| !root.join(document).exists())
        .map(|document| format!("{document} is missing"))
        .collect();
    for folder in FOLDERS {
        let folder = root.join(folder);
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_document = path.extension().is_some_and(|extension| extension == "md");
            if !is_document || path.file_name().is_some_and(|name| name == rules::PAGE) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let shown = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
            for (line, code) in quoted(&text) {
                problems.extend(wrong_name(&root, code).map(|problem| format!("{shown}:{line}: {problem}")));
            }
            for (line, target) in links(&text) {
                if !folder.join(target).exists() {
                    problems.push(format!("{shown}:{line}: the link to `{target}` leads nowhere"));
                }
            }
        }
    }
    problems
}

/// What is wrong with `path` or `path::item`.
fn wrong_name(root: &Path, name: &str) -> Option<String> {
    let (path, item) = name.split_once("::").map_or((name, None), |(path, item)| (path, Some(item)));
    let file = [root.join(path), root.join("crates").join(path)].into_iter().find(|file| file.exists());
    let Some(file) = file else { return Some(format!("`{path}` does not exist")) };
    let item = item?;
    let text = std::fs::read_to_string(file).unwrap_or_default();
    (!declares(&text, item)).then(|| format!("`{path}` declares no `{item}`"))
}

/// Whether Rust source declares an item of this name, at any depth.
fn declares(text: &str, item: &str) -> bool {
    ["fn", "struct", "enum", "trait", "const", "type", "mod"].iter().any(|word| {
        let wanted = format!("{word} {item}");
        text.match_indices(&wanted).any(|(at, found)| {
            !text[at + found.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        })
    })
}

/// What stands in backticks and looks like a path of this repository: it starts with a folder or file
/// of the root, or with a crate and its `src` or `tests`. `::` and a name may follow.
fn quoted(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(at, line)| {
        line.split('`').skip(1).step_by(2).filter(|code| is_path(code)).map(move |code| (at + 1, code))
    })
}

fn is_path(code: &str) -> bool {
    const ROOTS: &[&str] =
        &["crates/", "deploy/", "demo/", "docs/", ".ci/", ".cargo/", "deny.toml", "clippy.toml"];
    let plain = !code.is_empty()
        && code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':'));
    plain
        && (ROOTS.iter().any(|root| code.starts_with(root))
            || code.contains("/src/")
            || code.contains("/tests/"))
}

/// Targets of Markdown links to files, without their fragments.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(at, line)| {
        line.split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#', ' ']).next())
            .filter(|target| !target.is_empty() && !target.contains(':'))
            .map(move |target| (at + 1, target))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_other_code() {
        let text = "see `server/src/edge/mod.rs` and `cargo test`\nor `deny.toml`, `a/b`, `crates/x y`, \
                    `crates/a/b.rs::c`, `model::EntityRef`";
        let found: Vec<_> = quoted(text).collect();
        assert_eq!(found, [(1, "server/src/edge/mod.rs"), (2, "deny.toml"), (2, "crates/a/b.rs::c")]);
    }

    #[test]
    fn links_to_files_are_found() {
        let text = "[a](docs/a.md#part), [b](https://b.example), [c](#c)\n![d](docs/d.png \"D\")";
        assert_eq!(links(text).collect::<Vec<_>>(), [(1, "docs/a.md"), (2, "docs/d.png")]);
    }

    #[test]
    fn declarations_are_whole_names() {
        let text = "pub fn settle_all() {}\nstruct Permit<A>;\n    fn inner() {}";
        assert!(declares(text, "settle_all") && declares(text, "Permit") && declares(text, "inner"));
        assert!(!declares(text, "settle") && !declares(text, "A"));
        let root = crate::root();
        assert_eq!(wrong_name(&root, "crates/xtask/src/documents.rs::declares"), None);
        assert!(wrong_name(&root, "crates/xtask/src/documents.rs::declare").is_some());
        assert!(wrong_name(&root, "crates/xtask/src/nothing.rs").is_some());
    }

    #[test]
    fn what_the_documents_name_is_there() {
        assert_eq!(check(), Vec::<String>::new());
    }
}
