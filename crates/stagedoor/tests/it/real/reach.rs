//! Which files the configured locations lead to, worked out without the product's own reader.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use untrusted::yaml::{Limits, Node, parse_documents};

/// Why an accepted entity is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// No configured location leads to its file.
    NoLocation,
    /// A placeholder in it names another host.
    ReadsElsewhere,
}

/// What there is to serve.
#[derive(Default)]
pub(super) struct Reach {
    /// Every file that is reached.
    pub(super) files: BTreeSet<String>,
    /// Entities to serve, each with the files that define it.
    pub(super) accepted: BTreeMap<String, Vec<String>>,
    /// Entities no validator of the reference knows or accepts.
    pub(super) refused: BTreeSet<String>,
    /// Location entities that name other hosts, with those targets.
    pub(super) elsewhere: BTreeMap<String, Vec<String>>,
    /// How many locations the configuration has.
    pub(super) locations: usize,
    /// For each file the number of the first configured location that leads to it.
    first: BTreeMap<String, usize>,
}

/// Refs of a file's accepted documents, but for kinds that a stock server does not know.
pub(super) fn known(judged: &Value) -> impl Iterator<Item = &str> {
    let list = |key: &str| judged[key].as_array().into_iter().flatten().filter_map(Value::as_str);
    let unknown: BTreeSet<&str> = list("unknown_kind").collect();
    list("entities").filter(move |name| !unknown.contains(name))
}

impl Reach {
    /// Follows the locations of `folder`'s configuration through the files that were judged.
    pub(super) fn of(real: &Path, folder: &str, expected: &Value) -> Self {
        let mut reach = Self::default();
        let judged = expected["files"].as_object().expect("a map of files");
        let all: Vec<&String> = judged.keys().collect();
        let matching = |pattern: &str| {
            all.iter().filter(|file| fits(pattern, file)).map(|file| (*file).clone()).collect()
        };
        let config = read(real, &format!("{folder}app-config.yaml")).swap_remove(0);
        for (number, location) in
            config["catalog"]["locations"].as_array().expect("a list").iter().enumerate()
        {
            reach.locations += 1;
            let target = location["target"].as_str().expect("a target");
            let mut to_do: Vec<String> = matching(&joined(folder, target));
            while let Some(file) = to_do.pop() {
                if !reach.files.insert(file.clone()) {
                    continue;
                }
                reach.first.insert(file.clone(), number);
                to_do.extend(
                    reach
                        .take(real, &file, &judged[&file])
                        .iter()
                        .flat_map(|target| -> Vec<String> { matching(target) }),
                );
            }
        }
        reach
    }

    /// The number of the configured location that leads to a file first.
    pub(super) fn order(&self, file: &str) -> usize {
        self.first[file]
    }

    /// Takes in what a file defines; gives the targets of its locations.
    fn take(&mut self, real: &Path, file: &str, judged: &Value) -> Vec<String> {
        let (folder, _) = file.rsplit_once('/').unwrap_or_default();
        let known: BTreeSet<&str> = known(judged).collect();
        let refused = judged["unknown_kind"].as_array().into_iter().flatten().filter_map(Value::as_str);
        self.refused.extend(refused.map(str::to_owned));
        let mut found = Vec::new();
        for document in read(real, file) {
            let Some(name) = name_of(&document).filter(|name| known.contains(name.as_str())) else {
                continue;
            };
            if reads_elsewhere(&document) {
                continue;
            }
            let files = self.accepted.entry(name.clone()).or_default();
            if !files.iter().any(|known| known == file) {
                files.push(file.to_owned());
            }
            if document["kind"] == "Location" {
                let spec = &document["spec"];
                let targets = spec["targets"].as_array().into_iter().flatten().chain(spec.get("target"));
                for target in targets.filter_map(Value::as_str) {
                    if target.starts_with('.') && spec["type"] != "url" {
                        found.push(joined(&format!("{folder}/"), target));
                    } else if files.len() == 1 {
                        self.elsewhere.entry(name.clone()).or_default().push(target.to_owned());
                    }
                }
            }
        }
        found
    }
}

/// The readable documents of a file.
fn read(real: &Path, file: &str) -> Vec<Value> {
    let bytes = std::fs::read(real.join(file)).expect("the file is there");
    let documents = parse_documents(&bytes, &Limits::default()).expect("the file can be read");
    documents
        .into_iter()
        .filter_map(|document| document.content.ok().flatten().map(Node::into_json))
        .collect()
}

fn name_of(document: &Value) -> Option<String> {
    let metadata = &document["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or("default");
    let name = format!("{}:{namespace}/{}", document["kind"].as_str()?, metadata["name"].as_str()?);
    Some(name.to_lowercase())
}

/// Whether a placeholder names another host.
fn reads_elsewhere(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            let mut entries = map.iter();
            match (entries.next(), entries.next()) {
                (Some((key, Value::String(target))), None)
                    if ["$text", "$json", "$yaml", "$openapi", "$asyncapi"].contains(&key.as_str()) =>
                {
                    target.contains("://")
                }
                _ => map.values().any(reads_elsewhere),
            }
        }
        Value::Array(list) => list.iter().any(reads_elsewhere),
        _ => false,
    }
}

/// A relative path from a folder, without `.` and `..`.
fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether a file is one of a pattern's: `*` is part of a name, `**` any folders, and neither takes
/// names that begin with a dot.
fn fits(pattern: &str, file: &str) -> bool {
    let (pattern, file): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), file.split('/').collect());
    fits_parts(&pattern, &file)
}

fn fits_parts(pattern: &[&str], file: &[&str]) -> bool {
    match (pattern, file) {
        ([], []) => true,
        (["**", rest @ ..], _) if fits_parts(rest, file) => true,
        (["**", ..], [folder, more @ ..]) => !folder.starts_with('.') && fits_parts(pattern, more),
        ([part, rest @ ..], [name, more @ ..]) => {
            let same = match part.split_once('*') {
                Some((head, tail)) => {
                    !name.starts_with('.')
                        && name.len() >= head.len() + tail.len()
                        && name.starts_with(head)
                        && name.ends_with(tail)
                }
                None => part == name,
            };
            same && fits_parts(rest, more)
        }
        _ => false,
    }
}
