//! Leave for secrets: beside them, and in a file at the root; always with a reason and an end.

use model::{Clock as _, SystemClock};

use super::{Tree, notes, places, token};

/// A day some days from now.
fn day(days: i64) -> String {
    (SystemClock.now().date() + time::Duration::days(days)).to_string()
}

fn comment(rule: &str, until: &str, reason: &str) -> String {
    format!("# {} rule={rule} until={until} reason=\"{reason}\"", super::MARK)
}

#[test]
fn a_comment_on_the_line_or_alone_before_it_allows_one_secret() {
    let tree = Tree::new();
    let good = comment("github-pat", &day(30), "made for a test");
    tree.file("same.sh", format!("{} {good}\n{}\n", token(0), token(1)));
    tree.file("before.sh", format!("  {good}\n{}\n{}\n", token(2), token(3)));
    let found = tree.json(&[]);
    assert_eq!(places(&found), ["before.sh:3:1 github-pat", "same.sh:2:1 github-pat"]);
    assert_eq!((notes(&found), &found["summary"]["allowed"]), (vec![], &2.into()));
}

#[test]
fn leave_that_has_ended_or_is_not_whole_allows_nothing_and_is_told_of() {
    let tree = Tree::new();
    for (at, (rule, until, reason)) in [
        ("github-pat", day(-1), "it was made for a test"),
        ("github-pat", day(400), "made for a test"),
        ("github-pat", day(30), ""),
        ("gitlab-pat", day(30), "another rule"),
        ("github-pat", "soon".to_owned(), "made for a test"),
    ]
    .iter()
    .enumerate()
    {
        tree.file(&format!("{at}.sh"), format!("{} {}\n", token(at), comment(rule, until, reason)));
    }
    let found = tree.json(&[]);
    assert_eq!(places(&found).len(), 5, "{found}");
    assert_eq!(
        notes(&found),
        [
            "allow-invalid 0.sh:1",
            "allow-invalid 1.sh:1",
            "allow-invalid 2.sh:1",
            "allow-invalid 4.sh:1",
            "allow-unused 3.sh:1"
        ]
    );
    let text = tree.scan(&[]).stderr;
    for part in ["it ended on", "a year at most", "`reason` is empty", "not a day", "nothing needs"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

fn entry(what: &str, until: &str) -> String {
    format!("[[allow]]\n{what}\nreason = \"made for a test\"\nuntil = {until}\n\n")
}

#[test]
fn a_file_at_the_root_allows_by_place_and_rule() {
    let tree = Tree::new();
    tree.file("tests/a/b.txt", token(0)).file("tests/.env", token(1)).file("src/a.txt", token(2));
    let file = entry("paths = [\"tests/**\"]\nrule = \"github-pat\"", &day(30))
        + &entry("paths = [\"src/**\"]\nrule = \"*\"", &day(-1))
        + &entry("paths = [\"docs/**\"]\nrule = \"*\"", &day(30))
        + &entry("rule = \"*\"", &day(30));
    tree.file(".stagedoor-secrets.toml", &file);
    let found = tree.json(&[]);
    assert_eq!(places(&found), ["src/a.txt:1:1 github-pat"]);
    assert_eq!(
        notes(&found),
        [
            "allow-invalid .stagedoor-secrets.toml:19",
            "allow-invalid .stagedoor-secrets.toml:7",
            "allow-unused .stagedoor-secrets.toml:13"
        ]
    );
    assert_eq!(found["summary"]["allowed"], 2);
    // From wherever it is scanned, by its own folder.
    assert_eq!(tree.places(&["tests"]).len(), 0);
    let folder = tree.path().to_string_lossy().into_owned();
    let elsewhere = Tree::new();
    assert_eq!(elsewhere.places(&[&folder]).len(), 1);
}

#[test]
fn a_file_at_the_root_allows_one_secret_by_its_fingerprint() {
    let tree = Tree::new();
    tree.file("a.txt", token(0)).file("b.txt", token(1));
    let print = tree.json(&["a.txt"])["findings"][0]["fingerprint"].as_str().expect("text").to_owned();
    tree.file(".stagedoor-secrets.toml", entry(&format!("fingerprint = \"{print}\""), &day(30)));
    assert_eq!(tree.places(&[]), ["b.txt:1:1 github-pat"]);
    // Without the key nothing is known again.
    assert_eq!(tree.scan_with(&[], &[], None).stdout.matches("github-pat").count(), 2);
}

#[test]
fn a_file_of_leave_that_is_none_allows_nothing() {
    let secret = Tree::new();
    secret.file("x", format!("{} = 1\n", token(1)));
    for text in ["[[allow", "\0", "[[alow]]\n"] {
        let tree = Tree::new();
        tree.file("a.txt", token(0)).file(".stagedoor-secrets.toml", text);
        let found = tree.json(&[]);
        assert_eq!((places(&found).len(), notes(&found).len()), (1, 1), "{text}: {found}");
    }
    let tree = Tree::new();
    tree.file("a.txt", token(0));
    std::os::unix::fs::symlink(secret.path().join("x"), tree.path().join(".stagedoor-secrets.toml"))
        .expect("a link");
    let found = tree.json(&[]);
    assert!(notes(&found).contains(&"allow-invalid .stagedoor-secrets.toml".to_owned()), "{found}");
}
