//! Comments that cannot rot: a test file that a comment names as its witness is there.

use std::path::{Path, PathBuf};

/// Comments that name a test file, or a page of `docs/`, that is not there.
pub(crate) fn check() -> Vec<String> {
    let root = crate::root();
    let mut problems = Vec::new();
    for package in folders(&root.join("crates")) {
        let mut files = Vec::new();
        collect(&package, &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            for (line, name) in witnesses(&text) {
                if !package.join(name).exists() && !root.join(name).exists() {
                    let shown = file.strip_prefix(&root).unwrap_or(&file).display();
                    problems.push(format!("{shown}:{line}: `{name}` does not exist"));
                }
            }
        }
    }
    problems
}

/// Names in comments that look like `tests/….rs` or `docs/….md`.
fn witnesses(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(at, line)| {
        let comment = line.find("//").map_or("", |start| &line[start..]);
        comment
            .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '.' | '_' | '-'))
            .map(|word| word.trim_start_matches('/').trim_end_matches('.'))
            .filter(|word| {
                let (folder, extension) = (word.split('/').next(), word.rsplit('.').next());
                matches!((folder, extension), (Some("tests"), Some("rs")) | (Some("docs"), Some("md")))
            })
            .map(move |word| (at + 1, word))
    })
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn witnesses_are_read_from_comments_only() {
        let text = [
            "/// (tests",
            "/laws.rs), see docs",
            "/a.md.\nlet a = \"tests",
            "/no.rs\";\n//! `tests",
            "/suite/b.rs`",
        ];
        let found: Vec<_> = witnesses(&text.concat()).map(|(line, name)| format!("{line} {name}")).collect();
        assert_eq!(
            found,
            [["1 tests", "/laws.rs"], ["1 docs", "/a.md"], ["3 tests", "/suite/b.rs"]]
                .map(|parts| parts.concat())
        );
    }

    #[test]
    fn what_comments_name_is_there() {
        assert_eq!(check(), Vec::<String>::new());
    }
}
