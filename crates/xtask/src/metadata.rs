//! What cargo knows of our dependencies, as far as the walls need it.

use std::collections::HashSet;
use std::process::Command;

use serde_json::Value;

/// A package of the graph.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    /// Names of direct dependencies, those of development left out.
    pub(crate) dependencies: Vec<String>,
    /// Whether anything of ours reaches it with the features in use, development left out.
    pub(crate) linked: bool,
}

/// Every package of the lock file.
pub(crate) fn packages() -> Vec<Package> {
    let metadata = cargo(&["metadata", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo prints JSON");
    let linked = linked();
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
            linked: linked.contains(&format!(
                "{} {}",
                package["name"].as_str().unwrap_or_default(),
                package["version"].as_str().unwrap_or_default()
            )),
        })
        .collect()
}

/// `name version` of what is compiled into something of ours, on any platform. The graph of `cargo
/// metadata` does not tell: it also holds optional packages that no feature asks for.
fn linked() -> HashSet<String> {
    let tree = ["tree", "--workspace", "--edges", "normal,build", "--target", "all", "--prefix", "none"];
    let lines = cargo(&tree);
    lines.lines().filter_map(|line| Some(line.split(" (").next()?.replace(" v", " "))).collect()
}

/// What cargo answers, without the network and without touching the lock file.
#[expect(clippy::disallowed_methods, reason = "cargo is asked about this workspace")]
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--locked", "--offline"])
        .current_dir(crate::root())
        .output()
        .expect("cargo runs");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {}: {problem}", arguments.join(" "));
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_told_from_what_is_only_locked() {
        let packages = packages();
        let linked = |name: &str| packages.iter().any(|package| package.name == name && package.linked);
        assert!(linked("aws-lc-rs") && linked("server"));
        assert!(!linked("sqlx-mysql") && !linked("proptest"));
    }
}
