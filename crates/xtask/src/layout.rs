//! Rule files are formatted. Their modules are declared in a macro, where `cargo fmt` does not see them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Rule files that `rustfmt` would write differently.
#[expect(clippy::disallowed_methods, reason = "a development task runs the formatter")]
pub(crate) fn check() -> Vec<String> {
    let root = crate::root();
    let rules = root.join("crates/checks/src/rules");
    let mut files = Vec::new();
    sources(&rules, &mut files);
    if files.is_empty() {
        return vec![format!("there is no rule in {}", rules.display())];
    }
    let output = Command::new("rustfmt")
        .args(["--check", "-l", "--edition", "2024", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .args(&files)
        .output();
    match output {
        Err(error) => vec![format!("rustfmt does not run: {error}")],
        Ok(output) if output.status.success() => Vec::new(),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            let said = if said.is_empty() { String::from_utf8_lossy(&output.stderr) } else { said };
            said.lines().map(|line| format!("{line} is not formatted: run rustfmt on it")).collect()
        }
    }
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn rules_are_formatted() {
        assert_eq!(super::check(), Vec::<String>::new());
    }
}
