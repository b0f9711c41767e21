//! What the reference answered for the same files.

use std::path::{Path, PathBuf};

use super::*;

/// The folder with the reference's input and recordings, if this machine has it.
fn reference() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests are told where reference data lies")]
    let named = std::env::var_os("STAGEDOOR_REFERENCE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    named.into_iter().chain([beside]).map(|folder| folder.join("golden")).find(|folder| folder.is_dir())
}

/// Loads every file below a folder under the name the recordings give it.
fn load(world: &mut World, folder: &Path, name: &str) {
    for entry in std::fs::read_dir(folder).expect("the folder is readable") {
        let entry = entry.expect("the entry is readable");
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            load(world, &entry.path(), &name);
        } else {
            world.write(&format!("file:{name}"), &std::fs::read_to_string(entry.path()).expect("text"));
        }
    }
}

/// Every entity in an answer, with the ref it has.
fn entities_in(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(map) if map.contains_key("apiVersion") && map.contains_key("relations") => {
            found.push(value.clone());
        }
        Value::Object(map) => map.values().for_each(|value| entities_in(value, found)),
        Value::Array(items) => items.iter().for_each(|value| entities_in(value, found)),
        _ => {}
    }
}

#[test]
fn entities_equal_the_recordings() {
    let Some(golden) = reference() else {
        println!("skipped: no reference data; STAGEDOOR_REFERENCE names its folder");
        return;
    };
    let kinds = ["Component", "System", "API", "Resource", "Location", "Group", "User", "Domain", "Template"];
    let allow = kinds.into_iter().map(AllowedKind::of_any_type).collect();
    let rules = Rules::new(vec![Rule { allow, locations: None }]);
    let mut world = World::new(Settings { rules, ..settings() });
    for folder in ["data", "app"] {
        load(&mut world, &golden.join("input").join(folder), &format!("/<{folder}>"));
    }
    let b = std::fs::read_to_string(golden.join("input/data/loc/b.yaml")).expect("the file is there");
    world.write("url:http://127.0.0.1:7096/b.yaml", &b);
    for root in [
        "file:/<app>/examples/entities.yaml",
        "file:/<app>/examples/template/template.yaml",
        "file:/<app>/examples/org.yaml",
        "file:/<data>/ref/catalog-info.yaml",
        "url:http://127.0.0.1:7096/b.yaml",
    ] {
        assert_eq!(world.refresh(root).report.problems, [], "{root}");
    }
    let mut compared = 0;
    for recording in std::fs::read_dir(golden.join("catalog")).expect("recordings are there") {
        let path = recording.expect("the entry is readable").path();
        let text = std::fs::read_to_string(&path).expect("a recording is text");
        // Our paths are absolute, the recordings' are shortened.
        let text = text.replace("<data>/", "/<data>/").replace("<app>/", "/<app>/");
        let recording: Value = serde_json::from_str(&text).expect("a recording is JSON");
        // Answers with `fields` are parts of entities.
        if recording["request"]["query"].as_str().is_some_and(|query| query.contains("fields")) {
            continue;
        }
        let mut entities = Vec::new();
        entities_in(&recording["response"]["body"], &mut entities);
        for mut theirs in entities {
            let name = format!(
                "{}:{}/{}",
                theirs["kind"].as_str().expect("a kind"),
                theirs["metadata"]["namespace"].as_str().expect("a namespace"),
                theirs["metadata"]["name"].as_str().expect("a name"),
            );
            // Roots are named by a hash of their real path.
            if name.contains("/generated-") || !world.has(&name) {
                continue;
            }
            let mut ours = world.get(&name).expect("just seen");
            for entity in [&mut theirs, &mut ours] {
                entity["metadata"]["uid"].take();
                entity["metadata"]["etag"].take();
            }
            // Entities of locations that were registered later are relations of these.
            let ours = without_registered(ours);
            let theirs = without_registered(theirs);
            assert_eq!(ours, theirs, "{name} in {}", path.display());
            assert_eq!(ours.to_string(), theirs.to_string(), "order of keys of {name} in {}", path.display());
            compared += 1;
        }
    }
    assert!(compared > 20, "only {compared} entities were compared");
}

/// Takes out relations to `loc-*`, which some recordings were made before and others after.
fn without_registered(mut entity: Value) -> Value {
    if let Some(relations) = entity["relations"].as_array_mut() {
        relations.retain(|relation| {
            !relation["targetRef"].as_str().is_some_and(|target| target.starts_with("component:default/loc-"))
        });
    }
    entity
}
