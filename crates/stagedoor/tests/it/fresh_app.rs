//! What a project fresh from `@backstage/create-app` leaves open: the checklist says so, and nothing else.
//!
//! `STAGEDOOR_FRESH_APP` names the project; `.ci/run` makes it from npm.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command::stagedoor;

/// A copy of the project, without what a lock file of the day would say.
fn project() -> Option<tempfile::TempDir> {
    #[expect(clippy::disallowed_methods, reason = "a test has no other way to be told of what it needs")]
    let named = std::env::var_os("STAGEDOOR_FRESH_APP");
    let Some(from) = named.map(PathBuf::from) else {
        testkit::skipped("STAGEDOOR_FRESH_APP does not name a project of create-app");
        return None;
    };
    let folder = tempfile::tempdir().expect("a folder");
    copy(&from, folder.path());
    Some(folder)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the project is there") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        if name == "node_modules" || name == ".git" || name == "yarn.lock" {
            continue;
        }
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &to.join(&name));
        } else {
            std::fs::copy(entry.path(), to.join(&name)).expect("a copy");
        }
    }
}

/// The findings, a line each. Advisories come out by the day, and so does what versions are behind; the lock file was
/// left out above.
fn findings(folder: &Path, arguments: &[&str]) -> String {
    let all = [&["check", "--format", "json", "--fail-on", "never"], arguments].concat();
    let ended = stagedoor(folder, &all, &[]);
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let mut lines = String::new();
    for finding in report["findings"].as_array().expect("findings") {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        if matches!(
            text("rule").as_str(),
            "published-advisory" | "release-outdated" | "node-end-of-life" | "lock-missing"
        ) {
            continue;
        }
        writeln!(
            lines,
            "{} {} {}:{} {}",
            text("severity"),
            text("rule"),
            text("path"),
            finding["line"],
            text("message")
        )
        .expect("a line");
    }
    lines
}

#[test]
fn what_the_template_leaves_open_is_listed() {
    let Some(project) = project() else { return };
    insta::assert_snapshot!("fresh_app", findings(project.path(), &[]));
}

#[test]
fn what_fixes_leave_is_for_people() {
    let Some(project) = project() else { return };
    let fixed = stagedoor(project.path(), &["check", "--fix=suggested", "--fail-on", "never"], &[]);
    assert_eq!(fixed.code, 0, "{}", fixed.stderr);
    insta::assert_snapshot!("fresh_app_fixed", findings(project.path(), &[]));
    // Once is enough.
    let again = stagedoor(project.path(), &["check", "--fix=suggested", "--diff", "--fail-on", "never"], &[]);
    assert_eq!(again.stdout, "", "a second run changes more");
}
