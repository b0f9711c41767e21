//! This repository passes its own checklist: the check that our own CI makes.

use serde_json::Value;

use crate::command::stagedoor;

#[test]
fn this_repository_is_clean() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let ended = stagedoor(&root, &["check", "--format", "json", "--fail-on", "low"], &[]);
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let findings = document["findings"].as_array().expect("a list").iter();
    let findings: Vec<String> = findings
        .map(|one| format!("{}:{} {}: {}", one["path"], one["line"], one["rule"], one["message"]))
        .collect();
    assert_eq!(findings, Vec::<String>::new(), "mend them, or say in .stagedoor.yaml why not");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    // It looked: the demo and the deployment are applications, and what is accepted was found.
    let folders: Vec<&str> = document["projects"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|project| project["folder"].as_str())
        .collect();
    assert!(folders.contains(&"demo") && folders.contains(&"deploy"), "{folders:?}");
    assert!(!document["accepted"].as_array().expect("a list").is_empty());
}
