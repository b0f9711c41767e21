//! `cargo metadata`, as far as the walls need it.

use std::collections::{HashMap, HashSet};
use std::process::Command;

use serde_json::Value;

/// A package of the graph.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    /// Names of direct dependencies, those of development left out.
    pub(crate) dependencies: Vec<String>,
    /// Whether anything of ours reaches it with the features in use; the lock file also lists what
    /// other platforms and features would need.
    pub(crate) linked: bool,
}

/// Every package that is linked into something of ours, or builds it.
#[expect(clippy::disallowed_methods, reason = "cargo is asked for its own metadata")]
pub(crate) fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(crate::root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let reached = reached(&metadata);
    let text = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| Package {
            name: text(package, "name").unwrap_or_default(),
            license: text(package, "license"),
            source: text(package, "source"),
            dependencies: package["dependencies"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
                .filter_map(|dependency| text(dependency, "name"))
                .collect(),
            linked: package["id"].as_str().is_some_and(|id| reached.contains(id)),
        })
        .collect()
}

/// Ids of the packages that members reach, development left out.
fn reached(metadata: &Value) -> HashSet<&str> {
    let nodes: HashMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let mut waiting: Vec<&str> =
        metadata["workspace_members"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut reached = HashSet::new();
    while let Some(id) = waiting.pop() {
        if !reached.insert(id) {
            continue;
        }
        for dependency in nodes.get(id).and_then(|node| node["deps"].as_array()).into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array();
            let shipped = kinds.into_iter().flatten().any(|kind| kind["kind"].as_str() != Some("dev"));
            if shipped {
                waiting.extend(dependency["pkg"].as_str());
            }
        }
    }
    reached
}
