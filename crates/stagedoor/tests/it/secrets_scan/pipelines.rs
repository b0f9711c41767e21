//! The hook and the workflow that others copy do what they say.

use std::path::Path;

use serde_json::Value;

use super::{Tree, token};
use crate::command::program;

fn yaml(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    let bytes = std::fs::read(path).expect("it is there");
    let documents = untrusted::yaml::parse_documents(&bytes, &untrusted::yaml::Limits::default());
    let document = documents.expect("it is YAML").remove(0);
    document.content.expect("it is YAML").expect("it is not empty").to_json()
}

/// The arguments after `stagedoor secrets scan` in a command line.
fn arguments(line: &str) -> Vec<String> {
    let (_, arguments) = line.split_once("secrets scan ").expect("it scans");
    arguments.split_whitespace().map(|word| word.trim_matches('"').to_owned()).collect()
}

fn scanned(tree: &Tree, arguments: &[String]) -> i32 {
    tree.scan(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).code
}

#[test]
fn the_hook_stops_a_commit_with_a_secret() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let mut hooks = hooks.as_array().expect("a list").iter();
    let hook = hooks.find(|hook| hook["id"] == "stagedoor-secrets").expect("there is one");
    assert_eq!(hook["pass_filenames"], false);
    let arguments = arguments(hook["entry"].as_str().expect("a command"));
    let tree = Tree::new();
    let git = |arguments: &[&str]| program("git", tree.path(), &[]).args(arguments).output();
    if git(&["init", "-q", "."]).is_err() {
        testkit::skipped("there is no git");
        return;
    }
    assert_eq!(scanned(&tree, &arguments), 0);
    tree.file("catalog-info.yaml", token(0));
    git(&["add", "-A"]).expect("as before");
    assert_eq!(scanned(&tree, &arguments), 1);
}

#[test]
fn the_workflow_needs_no_rights_and_its_commands_are_ours() {
    let workflow = yaml("deploy/github/secrets-scan.yml");
    assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }));
    let steps = workflow["jobs"]["scan"]["steps"].as_array().expect("a list");
    for step in steps {
        if let Some(action) = step["uses"].as_str() {
            let (_, version) = action.split_once('@').expect("a version");
            assert!(version.len() == 40, "{action} is pinned by its commit");
        }
        // What somebody else can choose comes as a variable, never as a part of the script.
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step}");
    }
    let scans: Vec<Vec<String>> = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .filter(|script| script.contains("secrets scan"))
        .map(arguments)
        .collect();
    assert_eq!(scans.len(), 2);
    let tree = Tree::new();
    tree.file("a.txt", "clean\n");
    assert_eq!(scanned(&tree, &scans[1]), 0);
    // There is no such range here; what matters is that it is understood as one.
    assert_eq!(scans[0].last().map(String::as_str), Some("$BASE..$HEAD"));
    assert_eq!(scanned(&tree, &scans[0]), 2);
}
