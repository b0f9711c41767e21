//! What git keeps: every commit of a range, and what is staged. Only what a change adds counts.

use std::os::unix::fs::PermissionsExt as _;

use super::{KEY, MARK, Tree, notes, places, private_key, token};
use crate::command::{Ended, program};

/// A repository; none, with a line that says so, where there is no git.
fn repository() -> Option<Tree> {
    let tree = Tree::new();
    if program("git", tree.path(), &[]).arg("--version").output().is_err() {
        testkit::skipped("there is no git");
        return None;
    }
    git(&tree, &["init", "-q", "-b", "main", "."]);
    for (key, value) in [("user.name", "A Tester"), ("user.email", "tester@example.com")] {
        git(&tree, &["config", key, value]);
    }
    Some(tree)
}

fn try_git(tree: &Tree, arguments: &[&str]) -> Ended {
    let home = tree.path().to_string_lossy().into_owned();
    let variables = [("HOME", home.as_str()), ("GIT_CONFIG_NOSYSTEM", "1"), KEY];
    program("git", tree.path(), &variables).args(arguments).output().expect("git can be started").into()
}

fn git(tree: &Tree, arguments: &[&str]) -> String {
    let ended = try_git(tree, arguments);
    assert_eq!(ended.code, 0, "git {arguments:?}\n{}", ended.stderr);
    ended.stdout.trim().to_owned()
}

/// Commits everything; the commit's id.
fn commit(tree: &Tree) -> String {
    git(tree, &["add", "-A"]);
    git(tree, &["commit", "-q", "--no-verify", "-m", "change"]);
    git(tree, &["rev-parse", "HEAD"])
}

#[test]
fn every_commit_of_a_range_counts_with_what_it_added() {
    let Some(tree) = repository() else { return };
    tree.file("a.txt", format!("one\n{}\n", token(0)));
    let first = commit(&tree);
    tree.file("a.txt", format!("zero\none\n{}\ntwo {}\n", token(0), token(1)));
    let second = commit(&tree);
    // Added and removed again: it is still in what is pushed.
    tree.file("a.txt", "nothing\n").file("we ird\nname.txt", "nothing\n");
    let third = commit(&tree);
    let all = tree.json(&["--git", "HEAD"]);
    assert_eq!(places(&all), ["a.txt:2:1 github-pat", "a.txt:4:5 github-pat"]);
    assert_eq!(all["findings"][0]["commit"], first.as_str());
    assert_eq!(all["findings"][1]["commit"], second.as_str());
    assert_eq!(tree.places(&["--git", &format!("{first}..HEAD")]), ["a.txt:4:5 github-pat"]);
    assert_eq!(tree.places(&["--git", &format!("{second}..{third}")]).len(), 0);
    assert_eq!(tree.places(&["."]).len(), 0, "nothing is in the files themselves");
    let text = tree.scan(&["--git", "HEAD~2..HEAD"]);
    assert!(text.stdout.contains(&format!("in commit {second}")), "{}", text.stdout);
}

#[test]
fn a_merge_counts_with_what_no_parent_has() {
    let Some(tree) = repository() else { return };
    tree.file("a.txt", "one\ntwo\nthree\n");
    let base = commit(&tree);
    git(&tree, &["checkout", "-q", "-b", "side"]);
    tree.file("a.txt", format!("one\ntwo {}\nthree\n", token(0)));
    commit(&tree);
    git(&tree, &["checkout", "-q", "main"]);
    tree.file("a.txt", "one\nzwei\nthree\n");
    let main = commit(&tree);
    assert_ne!(try_git(&tree, &["merge", "-q", "side"]).code, 0, "they conflict");
    tree.file("a.txt", format!("one\ntwo {}\nzwei {}\nthree\n", token(0), token(1)));
    let merge = commit(&tree);
    let found = tree.json(&["--git", &format!("{base}..HEAD")]);
    assert_eq!(places(&found), ["a.txt:2:5 github-pat", "a.txt:3:6 github-pat"]);
    assert_eq!(found["findings"][1]["commit"], merge.as_str());
    assert_eq!(tree.places(&["--git", &format!("{main}..HEAD")]).len(), 2);
    assert_eq!(tree.places(&["--git", "HEAD^!"]), ["a.txt:3:6 github-pat"]);
}

#[test]
fn only_staged_lines_count_and_of_many_lines_one_is_enough() {
    let Some(tree) = repository() else { return };
    tree.file("a.txt", token(0));
    git(&tree, &["add", "-A"]);
    assert_eq!(tree.places(&["--staged"]), ["a.txt:1:1 github-pat"], "before the first commit");
    tree.file("key.pem", private_key());
    commit(&tree);
    assert_eq!(tree.places(&["--staged"]).len(), 0);
    // What is not staged does not count, and what is staged does even if it is gone from the folder.
    tree.file("a.txt", format!("{}\nmore {}\n", token(0), token(1)));
    assert_eq!(tree.places(&["--staged"]).len(), 0);
    git(&tree, &["add", "-A"]);
    tree.file("a.txt", "clean\n");
    assert_eq!(tree.places(&["--staged"]), ["a.txt:2:6 github-pat"]);
    let lines: Vec<String> = private_key().lines().map(str::to_owned).collect();
    tree.file("key.pem", format!("{}\n{}\n{}\n{}\n", lines[0], lines[1], "QUJD".repeat(16), lines[3]));
    git(&tree, &["add", "key.pem"]);
    let found = tree.places(&["--staged"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].starts_with("key.pem:1:1 private-key"), "{found:?}");
}

#[test]
fn what_is_large_or_binary_or_in_conflict_is_not_scanned_and_said() {
    let Some(tree) = repository() else { return };
    tree.file("large", "x\n".repeat(1000) + &token(0)).file("binary", "\0".to_owned() + &token(1));
    tree.file("fine", token(2));
    git(&tree, &["add", "-A"]);
    let found = tree.json(&["--staged", "--max-file-size", "1KiB"]);
    assert_eq!(
        (places(&found), notes(&found)),
        (vec!["fine:1:1 github-pat".to_owned()], vec!["large large".to_owned()])
    );
    assert_eq!(found["summary"]["binaries"], 1);
    let id = commit(&tree);
    let found = tree.json(&["--git", "HEAD", "--max-file-size", "1KiB"]);
    assert_eq!(notes(&found), [format!("large large in commit {id}")]);
}

#[test]
fn leave_counts_for_what_git_keeps_too() {
    let Some(tree) = repository() else { return };
    let until = (model::Clock::now(&model::SystemClock).date() + time::Duration::days(30)).to_string();
    let leave = format!("# {MARK} rule=github-pat until={until} reason=\"made for a test\"");
    tree.file("a.sh", format!("{leave}\n{}\n{}\n", token(0), token(1)));
    tree.file("tests/b.sh", token(2));
    tree.file(
        ".stagedoor-secrets.toml",
        format!(
            "[[allow]]\npaths = [\"tests/**\"]\nrule = \"*\"\nreason = \"made for a test\"\nuntil = {until}\n"
        ),
    );
    git(&tree, &["add", "-A"]);
    let found = tree.json(&["--staged"]);
    assert_eq!(places(&found), ["a.sh:3:1 github-pat"]);
    assert_eq!(found["summary"]["allowed"], 2);
    commit(&tree);
    assert_eq!(tree.places(&["--git", "HEAD"]), ["a.sh:3:1 github-pat"]);
}

#[test]
fn nothing_that_a_repository_configures_is_run() {
    let Some(tree) = repository() else { return };
    tree.file("a.txt", token(0));
    let script = tree.path().join("evil.sh");
    let marker = tree.path().join("marker");
    tree.file("evil.sh", format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\ncat\n", marker.display()));
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("rights can be changed");
    tree.file(".gitattributes", "*.txt diff=evil filter=evil\n");
    commit(&tree);
    let evil = script.to_string_lossy().into_owned();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "pager.log",
        "pager.diff-tree",
        "pager.rev-list",
        "alias.rev-list",
        "credential.helper",
        "gpg.program",
    ] {
        git(&tree, &["config", key, &evil]);
    }
    git(&tree, &["config", "core.hooksPath", &tree.path().to_string_lossy()]);
    let _ = std::fs::remove_file(&marker);
    assert_eq!(tree.places(&["--git", "HEAD"]), ["a.txt:1:1 github-pat"]);
    assert_eq!(tree.places(&["--staged"]).len(), 0);
    assert!(!marker.exists(), "{}", std::fs::read_to_string(&marker).unwrap_or_default());
}

#[test]
fn a_hook_looks_at_what_is_committed() {
    let Some(tree) = repository() else { return };
    tree.file("clean.txt", "clean\n").file("secret.txt", "clean\n");
    commit(&tree);
    let hook = tree.path().join(".git/hooks/pre-commit");
    tree.file(
        ".git/hooks/pre-commit",
        format!("#!/bin/sh\nexec '{}' secrets scan --staged\n", crate::BINARY),
    );
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("rights can be changed");
    tree.file("clean.txt", "clean as well\n").file("secret.txt", token(0));
    git(&tree, &["add", "-A"]);
    // A part of what is staged is committed from an index of its own.
    assert_eq!(try_git(&tree, &["commit", "-q", "-m", "one", "clean.txt"]).code, 0);
    let refused = try_git(&tree, &["commit", "-q", "-m", "two"]);
    assert_ne!(refused.code, 0);
    assert!((refused.stdout + &refused.stderr).contains("secret.txt:1:1"), "the hook says where");
}

#[test]
fn ranges_and_places_that_git_does_not_know_are_refused() {
    let Some(tree) = repository() else { return };
    tree.file("a.txt", "clean\n");
    commit(&tree);
    for range in ["nonsense..HEAD", "HEAD..nonsense", "no-such-branch", "a.txt"] {
        let ended = tree.scan(&["--git", range]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{range}");
        assert!(ended.stderr.contains(range) && ended.stderr.contains("help:"), "{}", ended.stderr);
    }
    let elsewhere = Tree::new();
    for arguments in [&["--git", "HEAD"][..], &["--staged"]] {
        let ended = elsewhere.scan(arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{}", ended.stderr);
    }
    let no_git = program("env", elsewhere.path(), &[])
        .args(["-i", "PATH=/nowhere", crate::BINARY, "secrets", "scan", "--staged"])
        .output();
    let no_git = Ended::from(no_git.expect("it can be started"));
    assert_eq!(no_git.code, 2, "{}", no_git.stderr);
    assert!(no_git.stderr.contains("cannot start git"), "{}", no_git.stderr);
}
