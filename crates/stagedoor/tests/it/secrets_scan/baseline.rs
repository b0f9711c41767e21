//! Baselines: what is known is not told again, wherever it moves, and keys can be changed.

use serde_json::Value;

use super::{KEY, Tree, private_key, token};

fn tree() -> Tree {
    let tree = Tree::new();
    tree.file("a.txt", format!("{}\n", token(0))).file("b.pem", private_key());
    tree
}

/// Files beside the tree: keys and baselines are not scanned here.
fn desk() -> (Tree, impl Fn(&str) -> String) {
    let desk = Tree::new();
    desk.file("old.key", "the first of two keys\n").file("new.key", "the second of two keys\n");
    let folder = desk.path().to_path_buf();
    (desk, move |name: &str| folder.join(name).to_string_lossy().into_owned())
}

#[test]
fn what_is_known_is_not_told_again_and_what_is_new_is() {
    let (tree, (desk, at)) = (tree(), desk());
    let baseline = at("baseline.json");
    let written = tree.scan(&["--write-baseline", &baseline]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert!(
        written.stdout.contains("0 secrets in 2 files, 2 in the baseline, 2 fingerprints written"),
        "{}",
        written.stdout
    );
    let text = std::fs::read_to_string(&baseline).expect("it was written");
    assert!(!text.contains(&token(0)[4..12]) && text.contains("github-pat"), "{text}");
    assert_eq!(tree.places(&["--baseline", &baseline]).len(), 0);
    // The same secret elsewhere is known; another one is not.
    std::fs::rename(tree.path().join("a.txt"), tree.path().join("moved.txt")).expect("it can be moved");
    tree.file("new.txt", format!("x\ny {}\n", token(1)));
    let found = tree.json(&["--baseline", &baseline]);
    assert_eq!(super::places(&found), ["new.txt:2:3 github-pat"]);
    assert_eq!((&found["summary"]["known"], &found["summary"]["vanished"]), (&2.into(), &0.into()));
    std::fs::remove_file(tree.path().join("b.pem")).expect("it can be removed");
    let gone = tree.scan(&["--baseline", &baseline]);
    assert!(gone.stdout.contains("1 of the baseline gone"), "{}", gone.stdout);
    assert!(gone.stderr.contains("was not found any more: private-key"), "{}", gone.stderr);
    // In its own tree it is no leak itself.
    tree.file("baseline.json", text);
    assert_eq!(tree.places(&["--baseline", "baseline.json"]), ["new.txt:2:3 github-pat"]);
    drop(desk);
}

#[test]
fn a_written_baseline_is_sorted_keeps_reasons_and_replaces_the_old_one_whole() {
    let (tree, (_desk, at)) = (tree(), desk());
    let baseline = at("baseline.json");
    tree.scan(&["--write-baseline", &baseline]);
    let first = std::fs::read_to_string(&baseline).expect("it was written");
    let mut document: Value = serde_json::from_str(&first).expect("JSON");
    document["findings"][0]["reason"] = "a key of the test system".into();
    let reversed: Vec<Value> =
        document["findings"].as_array().expect("a list").iter().rev().cloned().collect();
    document["findings"] = reversed.into();
    std::fs::write(&baseline, document.to_string()).expect("it can be written");
    let again = tree.scan(&["--baseline", &baseline, "--write-baseline", &baseline]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let second = std::fs::read_to_string(&baseline).expect("it was written");
    assert_eq!(second.replace(",\n      \"reason\": \"a key of the test system\"", ""), first);
    assert_ne!(second, first);
}

#[test]
fn keys_can_be_changed_without_losing_what_is_known() {
    let (tree, (_desk, at)) = (tree(), desk());
    let (baseline, next, old, new) = (at("baseline.json"), at("next.json"), at("old.key"), at("new.key"));
    assert_eq!(tree.scan(&["--key-file", &old, "--write-baseline", &baseline]).code, 0);
    let foreign = tree.scan(&["--key-file", &new, "--baseline", &baseline]);
    assert_eq!(foreign.code, 2, "{}", foreign.stderr);
    assert!(foreign.stderr.contains("another fingerprint key"), "{}", foreign.stderr);
    assert!(foreign.stderr.contains("--previous-key-file"), "{}", foreign.stderr);
    let both = ["--key-file", &new, "--previous-key-file", &old, "--baseline", &baseline];
    assert_eq!(tree.places(&both).len(), 0);
    tree.file("new.txt", token(1));
    assert_eq!(tree.places(&both), ["new.txt:1:1 github-pat"]);
    assert_eq!(tree.scan(&[&both[..], &["--write-baseline", &next]].concat()).code, 0);
    assert_eq!(tree.places(&["--key-file", &new, "--baseline", &next]).len(), 0);
    assert_eq!(tree.scan(&["--key-file", &old, "--baseline", &next]).code, 2);
}

#[test]
fn without_a_key_a_baseline_is_an_error_that_says_why_and_how() {
    let tree = tree();
    tree.file("baseline.json", "{\"version\":1,\"findings\":[]}");
    for arguments in [["--baseline", "baseline.json"], ["--write-baseline", "other.json"]] {
        let ended = tree.scan_with(&arguments, &[], None);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
        for part in ["each run makes its own", "openssl rand", "STAGEDOOR_SECRETS_KEY"] {
            assert!(ended.stderr.contains(part), "{}", ended.stderr);
        }
    }
    assert!(!tree.path().join("other.json").exists());
    // Without one, each run has its own.
    let print = || {
        let ended = tree.scan_with(&["--format", "json"], &[], None);
        serde_json::from_str::<Value>(&ended.stdout).expect("JSON")["findings"][0]["fingerprint"].clone()
    };
    assert_ne!(print(), print());
}

#[test]
fn keys_and_baselines_that_are_none_are_refused() {
    let (tree, (desk, at)) = (tree(), desk());
    desk.file("short.key", "too short\n").file("bad.json", "[]");
    for (arguments, why) in [
        (["--key-file", &*at("short.key")], "at least 16"),
        (["--key-file", &at("missing.key")], "missing.key"),
        (["--previous-key-file", &at("short.key")], "at least 16"),
        (["--baseline", &at("bad.json")], "no baseline"),
        (["--baseline", &at("missing.json")], "--write-baseline"),
    ] {
        let ended = tree.scan(&arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ended.stderr.contains(why), "{arguments:?}\n{}", ended.stderr);
    }
    let short = tree.scan_with(&["a.txt"], &[(KEY.0, "short")], None);
    assert_eq!(short.code, 2, "{}", short.stderr);
    let nowhere = tree.scan(&["--write-baseline", "no/such/folder/b.json"]);
    assert_eq!(nowhere.code, 69, "{}", nowhere.stderr);
}
