//! Forms of the report.

use serde_json::Value;

use super::{HOSTILE, Repository};

/// The output with what differs between runs made alike.
fn form(format: &str) -> String {
    let repository = Repository::new();
    let folder = repository.0.path().canonicalize().expect("it is there");
    let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
    let text = repository.check(&["--format", format]).stdout;
    text.replace(&*folder.to_string_lossy(), "/FOLDER")
        .replace(&name, "FOLDER")
        .replace(env!("CARGO_PKG_VERSION"), "0.0.0")
}

#[test]
fn each_form_is_as_it_was() {
    for format in ["text", "json", "sarif", "junit", "github", "markdown", "html"] {
        insta::assert_snapshot!(format!("check_{format}"), form(format));
    }
}

#[test]
fn json_is_as_its_schema_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/check.schema.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).expect("it is there")).expect("JSON");
    let repository = Repository::new();
    let mark = concat!("stagedoor:", " accept");
    let text = repository.read("app-config.production.yaml");
    let accepted = text.replace(
        "      dangerouslyAllow",
        &format!("      # {mark} guest-outside-development until 2000-01-01: over\n      dangerouslyAllow"),
    );
    repository.file("app-config.production.yaml", &accepted);
    let document = repository.json(&[]);
    assert!(!document["findings"].as_array().expect("a list").is_empty());
    let mut wrong = Vec::new();
    validate(&document, &schema, &schema, "", &mut wrong);
    assert_eq!(wrong, Vec::<String>::new());
    validate(&serde_json::json!({ "findings": [{}] }), &schema, &schema, "", &mut wrong);
    assert!(!wrong.is_empty(), "the validator sees what is missing");
}

/// As much of JSON Schema as ours uses.
fn validate(value: &Value, schema: &Value, root: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(pointer) = schema["$ref"].as_str() {
        let schema = root.pointer(pointer.trim_start_matches('#')).expect("it leads somewhere");
        return validate(value, schema, root, at, wrong);
    }
    let is_kind = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.as_u64().is_some_and(|n| n >= schema["minimum"].as_u64().unwrap_or(0)),
        Some(other) => panic!("{other} is not known here"),
        None => schema["enum"].as_array().is_none_or(|words| words.contains(value)),
    };
    if !is_kind {
        wrong.push(format!("{at}: {value}"));
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(key) {
            Some(schema) => validate(value, schema, root, &format!("{at}/{key}"), wrong),
            None if schema["additionalProperties"] == Value::Bool(false) => {
                wrong.push(format!("{at}/{key} is more"));
            }
            None => {}
        }
    }
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(key).is_none() {
            wrong.push(format!("{at}/{key} is missing"));
        }
    }
    for (number, value) in value.as_array().into_iter().flatten().enumerate() {
        validate(value, &schema["items"], root, &format!("{at}/{number}"), wrong);
    }
}

/// What code scanning reads, beyond what the schema of SARIF asks for.
#[test]
fn sarif_is_as_code_scanning_wants_it() {
    let repository = Repository::new();
    let document: Value =
        serde_json::from_str(&repository.all(&["--format", "sarif"]).stdout).expect("it is JSON");
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
    let mut ids = std::collections::BTreeSet::new();
    for rule in rules {
        assert!(ids.insert(rule["id"].as_str().expect("text")), "{} is there twice", rule["id"]);
        for pointer in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
            let text = rule.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            assert!(!text.is_empty(), "{} has no {pointer}", rule["id"]);
            assert!(
                pointer.starts_with("/help") || text.len() <= 1024,
                "{pointer} of {} is long",
                rule["id"]
            );
        }
        let score: f64 =
            rule["properties"]["security-severity"].as_str().expect("text").parse().expect("a number");
        assert!(score > 0.0 && score <= 10.0);
        assert!(rule["properties"]["tags"].as_array().is_some_and(|tags| tags.contains(&"security".into())));
        let level = rule["defaultConfiguration"]["level"].as_str().expect("text");
        assert!(["error", "warning", "note"].contains(&level), "{level}");
    }
    let root = run["originalUriBaseIds"]["SRCROOT"]["uri"].as_str().expect("text");
    assert!(root.starts_with("file:///") && root.ends_with('/'), "{root}");
    let results = run["results"].as_array().expect("a list");
    assert!(results.len() > 5);
    let mut prints = std::collections::BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().expect("text").is_empty());
        let print = result["partialFingerprints"]["primaryLocationLineHash"].as_str().expect("text");
        assert!(prints.insert(print), "two findings are one: {result:#}");
        let place = &result["locations"][0]["physicalLocation"];
        let artifact = &place["artifactLocation"];
        let uri = artifact["uri"].as_str().expect("text");
        assert!(!uri.starts_with('/') && !uri.contains([':', '\\', ' ']), "{uri}");
        assert_eq!(artifact["uriBaseId"], "SRCROOT");
        assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line > 0), "{result:#}");
    }
}

#[test]
fn names_and_text_of_a_repository_are_never_markup() {
    let repository = Repository::new();
    // A private key makes a finding in the file with the hostile name.
    let key = [
        "-----BEGIN ",
        "PRIVATE KEY-----\n",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n",
        "-----END ",
        "PRIVATE KEY-----\n",
    ]
    .concat();
    repository.file(HOSTILE, &format!("<script>alert(2)</script>: '{key}'\n"));
    for format in ["html", "junit", "markdown"] {
        let shown = repository.all(&["--format", format]).stdout;
        assert!(shown.contains("onerror"), "the file is reported in {format}");
        let outside =
            if format == "markdown" { shown.split('`').step_by(2).collect() } else { shown.clone() };
        assert!(!outside.contains("<img") && !outside.contains("<script"), "{shown}");
        assert!(!shown.contains("w0BAQEF"), "{shown}");
    }
    let shown = repository.all(&["--format", "github"]).stdout;
    for line in shown.lines().filter(|line| line.contains("onerror")) {
        let (head, _) = line.trim_start_matches("::").split_once("::").expect("a command");
        assert!(head.contains("%3A%3Aerror%3A%3A.yaml"), "{line}");
    }
}
