//! Each form of output, whole.

use serde_json::Value;

use super::{Tree, private_key, token};

/// One secret in a catalog file, two on one line, one of many lines, and names that need escaping.
fn tree() -> Tree {
    let tree = Tree::new();
    tree.file(
        "catalog-info.yaml",
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: orders\n  annotations:\n    example.com/token: \"{}\" # für CI\n",
            token(0)
        ),
    );
    tree.file("docs/ci, cd: 100%.md", format!("Use {} or\t{}.\n", token(1), token(2)));
    tree.file("keys/server.pem", private_key());
    tree
}

#[test]
fn text() {
    let ended = tree().scan(&[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ended.stdout);
}

#[test]
fn json() {
    insta::assert_snapshot!(tree().scan(&["--format", "json"]).stdout);
}

#[test]
fn github() {
    insta::assert_snapshot!(tree().scan(&["--format", "github"]).stdout);
}

#[test]
fn sarif() {
    let tree = tree();
    let folder = tree.path().canonicalize().expect("it is there");
    let printed = tree.scan(&["--format", "sarif"]).stdout;
    let printed = printed.replace(&*folder.to_string_lossy(), "/folder");
    insta::assert_snapshot!(printed.replace(&format!("\"{}\"", env!("CARGO_PKG_VERSION")), "\"<version>\""));
}

#[test]
fn nothing_found_is_said_in_every_form() {
    let tree = Tree::new();
    tree.file("a.txt", "nothing\n");
    for format in ["text", "json", "sarif", "github"] {
        let ended = tree.scan(&["--format", format]);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{format}");
    }
    assert_eq!(tree.scan(&[]).stdout, "0 secrets in 1 file\n");
    let document: Value = serde_json::from_str(&tree.scan(&["--format", "json"]).stdout).expect("JSON");
    assert_eq!(document["findings"], serde_json::json!([]));
}

/// Objects of SARIF 2.1.0 that we write: what each must have, and what it may have. The schema allows
/// nothing else in them.
const OBJECTS: &[(&str, &[&str], &[&str])] = &[
    ("log", &["version", "runs"], &["$schema", "version", "runs"]),
    ("run", &["tool", "results"], &["tool", "columnKind", "invocations", "results", "originalUriBaseIds"]),
    ("tool", &["driver"], &["driver"]),
    ("driver", &["name"], &["name", "version", "semanticVersion", "rules"]),
    ("rule", &["id"], &["id", "shortDescription", "fullDescription", "defaultConfiguration", "helpUri"]),
    ("invocation", &["executionSuccessful"], &["executionSuccessful", "toolExecutionNotifications"]),
    ("notification", &["message"], &["level", "message"]),
    (
        "result",
        &["message"],
        &["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints", "properties"],
    ),
    ("location", &[], &["physicalLocation"]),
    ("physicalLocation", &["artifactLocation"], &["artifactLocation", "region"]),
    ("artifactLocation", &[], &["uri", "uriBaseId"]),
    ("region", &[], &["startLine", "startColumn"]),
    ("message", &["text"], &["text"]),
];

fn object<'v>(name: &str, value: &'v Value) -> &'v Value {
    let (_, required, allowed) = OBJECTS.iter().find(|(known, ..)| *known == name).expect("a known object");
    let map = value.as_object().unwrap_or_else(|| panic!("{name} is no object: {value}"));
    for key in *required {
        assert!(map.contains_key(*key), "{name} lacks {key}: {value}");
    }
    for key in map.keys() {
        assert!(allowed.contains(&key.as_str()), "{name} has {key}: {value}");
    }
    value
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn message(value: &Value) {
    assert!(object("message", value)["text"].as_str().is_some_and(|text| !text.is_empty()), "{value}");
}

#[test]
fn sarif_is_what_the_schema_asks_for() {
    let tree = tree();
    tree.file("large", "x".repeat(2000));
    let printed = tree.scan(&["--format", "sarif", "--max-file-size", "1KiB"]).stdout;
    let document: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(object("log", &document)["version"], "2.1.0");
    let [run] = &list(&document["runs"])[..] else { panic!("one run") };
    let driver = object("driver", &object("tool", &object("run", run)["tool"])["driver"]);
    assert_eq!(driver["name"], "stagedoor");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = list(&driver["rules"]);
    for rule in rules {
        message(&object("rule", rule)["shortDescription"]);
        assert!(rule["helpUri"].as_str().is_none_or(|uri| url::Url::parse(uri).is_ok()));
    }
    let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    let [invocation] = &list(&run["invocations"])[..] else { panic!("one invocation") };
    let notes = list(&object("invocation", invocation)["toolExecutionNotifications"]);
    assert_eq!(notes.len(), 1);
    for note in notes {
        message(&object("notification", note)["message"]);
    }
    let base = run["originalUriBaseIds"]["SRCROOT"]["uri"].as_str().expect("the folder");
    assert!(base.starts_with("file:///") && base.ends_with('/'));
    let base = url::Url::parse(base).expect("a URI");
    let results = list(&run["results"]);
    assert_eq!(results.len(), 4);
    for result in results {
        message(&object("result", result)["message"]);
        assert_eq!(result["level"], "error");
        let at = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
        assert_eq!(ids[at], &result["ruleId"]);
        let prints = result["partialFingerprints"].as_object().expect("a map");
        assert_eq!(prints.len(), 2);
        assert!(prints.values().all(Value::is_string));
        let [location] = &list(&result["locations"])[..] else { panic!("one place") };
        let place = object("physicalLocation", &object("location", location)["physicalLocation"]);
        let artifact = object("artifactLocation", &place["artifactLocation"]);
        assert_eq!(artifact["uriBaseId"], "SRCROOT");
        let uri = base.join(artifact["uri"].as_str().expect("text")).expect("a relative URI");
        assert!(uri.to_file_path().is_ok_and(|path| path.is_file()), "{uri} leads to the file");
        let region = object("region", &place["region"]);
        assert!(region["startLine"].as_u64() >= Some(1) && region["startColumn"].as_u64() >= Some(1));
    }
}

#[test]
fn the_place_of_a_finding_is_known_again_without_a_key_and_after_lines_were_added() {
    let prints = |tree: &Tree, variables: &[(&str, &str)]| -> Vec<Value> {
        let printed = tree.scan_with(&["--format", "sarif"], variables, None).stdout;
        let document: Value = serde_json::from_str(&printed).expect("JSON");
        list(&document["runs"][0]["results"]).iter().map(|one| one["partialFingerprints"].clone()).collect()
    };
    let tree = Tree::new();
    let line = format!("x {0}\ny {0}\n", token(0));
    tree.file("a", &line);
    let before = prints(&tree, &[]);
    tree.file("a", format!("more\n\n{line}"));
    assert_eq!(before, prints(&tree, &[]));
    assert_ne!(before[0], before[1], "the second of two is another");
    assert!(before.iter().all(|one| one.as_object().is_some_and(|map| map.len() == 1)), "{before:?}");
}
