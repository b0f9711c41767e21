//! Judges the entities of real organisations and compares with what the reference's own parsers and
//! validators say of them. Skipped where the reference data is not at hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use catalog::validate::{Checker, Severity};
use model::entity::edges_of;
use model::{Entity, EntityError, Stage};
use serde_json::{Value, json};
use untrusted::yaml::{Limits, Node, parse_documents, parse_one};

/// The reference data: where the build is told, else `../shared` beside the workspace.
fn reference() -> Option<(PathBuf, Value)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = option_env!("STAGEDOOR_REFERENCE").map_or(beside, PathBuf::from).join("real");
    let text = std::fs::read(folder.join("expected.json")).ok()?;
    Some((folder, serde_json::from_slice(&text).expect("JSON")))
}

/// Resolves placeholders as the reference data was made: relative `$json` and `$yaml` are read, those
/// elsewhere left alone; all others are some text.
fn resolve(value: &mut Value, folder: &Path) {
    match value {
        Value::Object(map) if map.len() == 1 && map.keys().all(|key| key.starts_with('$')) => {
            let (key, target) = map.iter().next().expect("one entry");
            let Some(target) = target.as_str() else { return };
            let file = folder.join(target);
            if !matches!(key.as_str(), "$json" | "$yaml") {
                *value = json!("text");
            } else if file.is_file() {
                let bytes = std::fs::read(file).expect("a readable file");
                let root = parse_one(&bytes, &Limits::default()).expect("YAML");
                *value = root.map_or(Value::Null, Node::into_json);
            }
        }
        Value::Object(map) => map.values_mut().for_each(|value| resolve(value, folder)),
        Value::Array(items) => items.iter_mut().for_each(|value| resolve(value, folder)),
        _ => {}
    }
}

fn judge(document: Value) -> Result<(Entity, bool), EntityError> {
    let entity = Entity::parse(document)?;
    match entity.recognize() {
        Ok(_) => {
            edges_of(&entity).map_err(|mut errors| errors.swap_remove(0))?;
            Ok((entity, true))
        }
        Err(error) if error.stage == Stage::Unrecognized => Ok((entity, false)),
        Err(error) => Err(error),
    }
}

/// What is said of a file, in the form of the reference data.
fn summary(folder: &Path, path: &str) -> Value {
    let file = folder.join(path);
    let bytes = std::fs::read(&file).expect("a readable file");
    let (mut entities, mut unknown, mut invalid) = (Vec::new(), Vec::new(), Vec::new());
    for document in parse_documents(&bytes, &Limits::default()).expect("a readable file") {
        let root = match document.content {
            Ok(None) => continue,
            Ok(Some(root)) => root,
            Err(_) => {
                invalid.push(json!({ "doc": document.index, "stage": "yaml" }));
                continue;
            }
        };
        let mut root = root.into_json();
        resolve(&mut root, file.parent().expect("a folder"));
        match judge(root.clone()) {
            Ok((entity, known)) => {
                entities.push(entity.entity_ref().to_string());
                if !known {
                    unknown.push(entity.entity_ref().to_string());
                }
            }
            Err(error) => invalid.push(refusal(document.index, &root, &error)),
        }
    }
    json!({ "entities": entities, "unknown_kind": unknown, "invalid": invalid })
}

/// The data tells three cases in its own words: a document without the fields of an entity, the
/// general schema in place of the envelope's (which the same library asks first), and it gives a ref
/// wherever there is a name.
fn refusal(index: usize, document: &Value, error: &EntityError) -> Value {
    let missing = ["apiVersion", "kind", "metadata"].into_iter().filter(|key| document.get(key).is_none());
    let missing: Vec<_> = missing.collect();
    let reason = match error.stage {
        Stage::Envelope if !missing.is_empty() => format!("missing {}", missing.join(", ")),
        Stage::Envelope => {
            let (brief, _) = error.message.split_once(" - ").expect("a message with parameters");
            format!("Malformed envelope, {brief}")
        }
        _ => error.message.clone(),
    };
    let stage = if error.stage == Stage::Kind { "kind" } else { "envelope" };
    let mut told = json!({ "doc": index, "stage": stage, "reason": reason });
    if let Some(entity_ref) = &error.entity_ref {
        told["ref"] = json!(entity_ref);
    }
    told
}

fn wanted_summary(wanted: &Value) -> Value {
    let list = |key: &str| wanted.get(key).cloned().unwrap_or_else(|| json!([]));
    let mut invalid = list("invalid");
    for told in invalid.as_array_mut().into_iter().flatten() {
        let map = told.as_object_mut().expect("a map");
        map.retain(|key, _| ["doc", "stage", "ref", "reason"].contains(&key.as_str()));
        if map["stage"] == "yaml" {
            // Their words and places are compared where YAML is read.
            map.retain(|key, _| ["doc", "stage"].contains(&key.as_str()));
        }
    }
    json!({ "entities": list("entities"), "unknown_kind": list("unknown_kind"), "invalid": invalid })
}

#[test]
fn real_entities_are_judged_as_the_reference_judges_them() {
    let Some((folder, expected)) = reference() else {
        println!("skipped: no reference data beside the workspace");
        return;
    };
    let files = expected["files"].as_object().expect("a map of files");
    let mut differences = Vec::new();
    for (path, wanted) in files {
        let (mut found, wanted) = (summary(&folder, path), wanted_summary(wanted));
        for (found, wanted) in pairs(&mut found, &wanted) {
            // Long reasons are cut in the data.
            let (Some(full), Some(cut)) = (found["reason"].as_str(), wanted["reason"].as_str()) else {
                continue;
            };
            if full.starts_with(cut) && cut.len() > 100 {
                found["reason"] = json!(cut);
            }
        }
        if found != wanted {
            differences.push(format!("{path}:\n  found {found}\n wanted {wanted}"));
        }
    }
    assert!(files.len() > 700, "only {} files", files.len());
    assert!(differences.is_empty(), "{} files differ:\n{}", differences.len(), differences.join("\n"));
}

fn pairs<'a>(found: &'a mut Value, wanted: &'a Value) -> impl Iterator<Item = (&'a mut Value, &'a Value)> {
    let found = found["invalid"].as_array_mut().into_iter().flatten();
    found.zip(wanted["invalid"].as_array().into_iter().flatten())
}

/// Its steps are placeholders that lead to another host: the data takes them for steps that lack an
/// action, the checker says nothing of what it has not read.
const UNREAD: &str =
    "orgs/giantswarm__backstage-catalogs/templates/rds-and-elasticache-service/template.yaml";

#[test]
fn the_checker_accepts_the_same_entities_and_tells_of_every_other() {
    let Some((folder, expected)) = reference() else {
        println!("skipped: no reference data beside the workspace");
        return;
    };
    let mut checker = Checker::new();
    let (mut claimed, mut refused) = (BTreeMap::new(), 0);
    for (path, wanted) in expected["files"].as_object().expect("a map of files") {
        let list = |key: &str| wanted.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let unknown = list("unknown_kind");
        let known: Vec<_> = list("entities").into_iter().filter(|one| !unknown.contains(one)).collect();
        let bytes = std::fs::read(folder.join(path)).expect("a readable file");
        let found: Vec<_> = checker.add(path, &bytes).into_iter().map(|one| json!(one)).collect();
        if path == UNREAD {
            assert_eq!(found, [json!("template:default/rds-and-elasticache-service")]);
            claimed.insert(found[0].to_string(), 1);
            continue;
        }
        assert_eq!(found, known, "{path}");
        for one in known {
            *claimed.entry(one.to_string()).or_insert(0_usize) += 1;
        }
        refused += unknown.len() + list("invalid").len();
    }
    let result = checker.finish();
    assert_eq!(result.entities, claimed.len());
    let conflicts: usize = claimed.values().map(|count| count - 1).sum();
    let is_conflict = |message: &str| message.contains("is already taken by");
    let told = result.diagnostics.iter().filter(|found| is_conflict(&found.message)).count();
    assert_eq!(told, conflicts);
    assert!(result.diagnostics.len() >= conflicts + refused, "each refused document is told of");
    assert!(result.diagnostics.iter().all(|found| found.severity == Severity::Error));
}
