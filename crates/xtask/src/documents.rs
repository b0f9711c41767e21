//! Documents that cannot rot: every path that ARCHITECTURE, SECURITY and CONTRIBUTING name exists.

use std::path::Path;

const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "SECURITY.md", "CONTRIBUTING.md", "docs/differences.md"];

/// Paths that are named and are not there.
pub(crate) fn check() -> Vec<String> {
    let root = crate::root();
    let mut problems = Vec::new();
    for document in DOCUMENTS {
        let Ok(text) = std::fs::read_to_string(root.join(document)) else {
            problems.push(format!("{document} is missing"));
            continue;
        };
        for (line, path) in named_paths(&text) {
            if !exists(&root, path) {
                problems.push(format!("{document}:{line}: `{path}` does not exist"));
            }
        }
    }
    problems
}

fn exists(root: &Path, path: &str) -> bool {
    root.join(path).exists() || root.join("crates").join(path).exists()
}

/// What stands in backticks and looks like a path of this repository: it starts with a folder or file
/// of the root, or with a crate and its `src`.
fn named_paths(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(at, line)| {
        line.split('`').skip(1).step_by(2).filter(|code| is_path(code)).map(move |code| (at + 1, code))
    })
}

fn is_path(code: &str) -> bool {
    const ROOTS: &[&str] = &["crates/", "deploy/", "demo/", "docs/", ".ci/", "deny.toml", "clippy.toml"];
    let plain = !code.is_empty()
        && code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'));
    plain && (ROOTS.iter().any(|root| code.starts_with(root)) || code.contains("/src/") || code.contains("/tests/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_other_code() {
        let text = "see `server/src/edge/mod.rs` and `cargo test`\nor `deny.toml`, `a/b`, `crates/x y`";
        let found: Vec<_> = named_paths(text).collect();
        assert_eq!(found, [(1, "server/src/edge/mod.rs"), (2, "deny.toml")]);
    }

    #[test]
    fn every_path_in_the_documents_exists() {
        assert_eq!(check(), Vec::<String>::new());
    }
}
