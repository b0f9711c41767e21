//! Rules: chosen, listed, and brought along.

use serde_json::Value;

use super::{KEY, Tree, notes, places, token};
use crate::command::stagedoor;

const OWN: &str = r#"
[[rule]]
id = "acme-ticket"
name = "Acme ticket"
source = "https://acme.example/tickets"
keywords = ["acme_"]
pattern = 'acme_[0-9a-f]{12}'

[[rule]]
id = "acme-broken"
name = "Acme broken"
source = "https://acme.example/broken"
keywords = ["acme_"]
pattern = 'acme_('
"#;
const GITLEAKS: &str = r#"
title = "acme"
[[rules]]
id = "acme-ticket"
description = "Acme ticket"
regex = '''acme_[0-9a-f]{12}'''
keywords = ["acme_"]
"#;

fn tree() -> Tree {
    let tree = Tree::new();
    let ticket = ["acme", "_", "7f3a90c1d2e8"].concat();
    tree.file("a.txt", format!("{ticket} {}\n", token(0)));
    tree
}

#[test]
fn more_rules_are_read_in_both_forms_and_what_is_broken_is_told_by_rule() {
    let tree = tree();
    let both = ["a.txt:1:1 acme-ticket", "a.txt:1:19 github-pat"];
    let rules = Tree::new();
    rules.file("own.toml", OWN).file("gitleaks.toml", GITLEAKS);
    let at = |name: &str| rules.path().join(name).to_string_lossy().into_owned();
    assert_eq!(tree.places(&["--rules", &at("gitleaks.toml")]), both);
    let found = tree.json(&["--rules", &at("own.toml")]);
    assert_eq!(places(&found), both);
    assert_eq!(notes(&found), [format!("rule {}: acme-broken", at("own.toml"))]);
    assert_eq!(found["summary"]["ruleProblems"], 1);
    let text = tree.scan(&["--rules", &at("own.toml")]);
    assert!(text.stderr.contains("acme-broken") && text.stderr.contains("unclosed group"), "{}", text.stderr);
    assert!(text.stdout.contains("1 rule cannot be used"), "{}", text.stdout);
}

#[test]
fn rules_and_the_key_come_from_a_configuration_as_well() {
    let tree = tree();
    let config = Tree::new();
    config.file("rules.toml", OWN);
    config.file(
        "app-config.yaml",
        "app: { title: '${NOT_SET}' }\nstagedoor:\n  secrets:\n    rules: [rules.toml]\n    fingerprintKey: '${FINGERPRINTS}'\n",
    );
    let path = config.path().join("app-config.yaml").to_string_lossy().into_owned();
    let prints = |key: &str| {
        let ended = tree.scan_with(&["--config", &path, "--format", "json"], &[("FINGERPRINTS", key)], None);
        let document: Value =
            serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
        assert_eq!(places(&document).len(), 2);
        document["findings"][0]["fingerprint"].clone()
    };
    assert_eq!(prints("the first of two keys"), prints("the first of two keys"));
    assert_ne!(prints("the first of two keys"), prints("the second of two keys"));
    let short = tree.scan_with(&["--config", &path], &[("FINGERPRINTS", "short")], None);
    assert_eq!(short.code, 2, "{}", short.stderr);
}

#[test]
fn rules_can_be_chosen() {
    let tree = tree();
    assert_eq!(tree.places(&["--only", "github-pat"]).len(), 1);
    assert_eq!(tree.places(&["--only", "gitlab-pat,slack-bot-token"]).len(), 0);
    assert!(!tree.places(&["--without", "github-pat"]).iter().any(|place| place.ends_with("github-pat")));
    let unknown = tree.scan(&["--only", "github-pta"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("github-pat"), "it names what is near\n{}", unknown.stderr);
}

#[test]
fn rules_that_are_none_are_refused() {
    let tree = tree();
    tree.file("empty.toml", "").file("broken.toml", "[[rule]\n").file("binary.toml", "\0");
    for file in ["empty.toml", "broken.toml", "binary.toml", "missing.toml"] {
        let ended = tree.scan(&["a.txt", "--rules", file]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{file}\n{}", ended.stderr);
        assert!(ended.stderr.contains(file), "{}", ended.stderr);
    }
}

#[test]
fn rules_are_listed_for_people_and_programs() {
    let tree = Tree::new();
    tree.file("own.toml", OWN);
    let listed = stagedoor(tree.path(), &["secrets", "rules", "--json", "--rules", "own.toml"], &[KEY]);
    let document: Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let rows = document["rules"].as_array().expect("a list");
    assert!(rows.len() > 200, "{} rules", rows.len());
    for row in rows {
        for key in ["id", "name", "source"] {
            assert!(row[key].as_str().is_some_and(|text| !text.is_empty()), "{row}");
        }
    }
    assert!(rows.iter().any(|row| row["id"] == "acme-ticket"));
    assert!(listed.stderr.contains("acme-broken"), "{}", listed.stderr);
    let text = stagedoor(tree.path(), &["secrets", "rules"], &[]);
    assert_eq!((text.code, text.stdout.lines().count()), (0, rows.len()));
}
