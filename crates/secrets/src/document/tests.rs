//! Whole files: what is found, under which path, and where.

use proptest::prelude::*;

use crate::Finding;
use crate::tests::scanner;

/// An age key, in two pieces so that no scanner takes this file for a leak.
fn key() -> String {
    ["AGE-SECRET-KEY-", "1", "Q0Z9W4J5VHR7XK3LMDTC2G8UEYFPNS6A0Z9W4J5VHR7XK3LMDTC2G8UEYFPNS6"].concat()[..74]
        .to_owned()
}

fn scan(name: &str, text: &str) -> Vec<Finding> {
    scanner().scan_file(name, text.as_bytes())
}

fn rows(found: &[Finding]) -> Vec<(&str, usize, usize, Option<&str>)> {
    found.iter().map(|found| (&*found.rule, found.line, found.column, found.path.as_deref())).collect()
}

#[test]
fn a_finding_in_yaml_has_the_path_of_its_value_and_the_place_of_the_secret() {
    let key = key();
    let text = format!("# {key}\na:\n  - b/c: 'ä {key}'\n    d: |\n      first\n      {key}\n");
    let found = scan("x.yaml", &text);
    assert_eq!(
        rows(&found),
        [
            ("private-key-age", 1, 3, None),
            ("private-key-age", 3, 13, Some("/a/0/b~1c")),
            ("private-key-age", 6, 7, Some("/a/0/d")),
        ]
    );
    assert!(found.iter().all(|found| text[found.span.clone()] == key));
    assert!(found.iter().all(|other| other.fingerprint == found[0].fingerprint));
}

#[test]
fn documents_of_one_file_are_numbered_also_after_a_broken_one() {
    let key = key();
    let text = format!("a: {key}\n---\nb: [\n---\nc: {key}\n");
    let found = scan("x.yaml", &text);
    assert_eq!(
        rows(&found),
        [("private-key-age", 1, 4, Some("1#/a")), ("private-key-age", 5, 4, Some("3#/c"))]
    );
    let lines = format!("{{\"a\": \"{key}\"}}\n{{\"b\": \"{key}\"}}\n");
    let paths: Vec<_> = scan("log.jsonl", &lines).into_iter().map(|found| found.path).collect();
    assert_eq!(paths, [Some("1#/a".to_owned()), Some("2#/b".to_owned())]);
}

#[test]
fn what_the_notation_writes_otherwise_is_found_as_what_it_means() {
    let key = key();
    let plain = scan("x.txt", &key)[0].fingerprint;
    let escaped = key.replace('-', "\\u002d");
    for (name, text) in [
        ("x.json", format!("{{\"a\": \"{escaped}\"}}")),
        ("x.yaml", format!("a: \"{}\"", key.replace('-', "\\x2d"))),
        ("x.yaml", format!("a: \"{}\\\n  {}\"\n", &key[..30], &key[30..])),
    ] {
        let found = scan(name, &text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].path.as_deref(), Some("/a"), "{text}");
        assert_eq!(found[0].fingerprint, plain, "{text}");
    }
}

#[test]
fn what_does_not_parse_is_still_looked_at_as_text() {
    let key = key();
    for name in ["x.yaml", "x.json", "x.rs", "", "x.min.js", "yarn.lock"] {
        let text = format!("{{{{ broken: [ \"{key}\"\n\t- }}");
        assert_eq!(scan(name, &text).len(), 1, "{name}");
    }
    let mut bytes = key.into_bytes();
    bytes.push(0xff);
    assert_eq!(scanner().scan_file("x.yaml", &bytes).len(), 1);
}

#[test]
fn a_document_within_a_string_is_a_document() {
    let text = "kind: ConfigMap\ndata:\n  app-config.yaml: |\n    auth:\n      session:\n        secret: walnut harbor seventeen\n";
    let found = scan("x.yaml", text);
    assert_eq!(rows(&found), [("backstage-session-secret", 6, 17, Some("/data/app-config.yaml"))]);
    let json = r#"{"metadata": {"annotations": {"last": "{\"kind\": \"Secret\", \"stringData\": {\"pw\": \"Kq7-wz2-pL9\"}}"}}}"#;
    let found = scan("x.json", json);
    assert_eq!(found.len(), 1);
    assert_eq!(&*found[0].rule, "kubernetes-secret-value");
    assert_eq!(found[0].path.as_deref(), Some("/metadata/annotations/last"));
}

#[test]
fn what_a_secret_of_kubernetes_holds_is_named_by_what_it_is() {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let id = ["AKIA", "QKJZ7LWN5TYR2XPM"].concat();
    let text = format!(
        "kind: Secret\ndata:\n  AWS_ACCESS_KEY_ID: {}\n  plain: {}\n  username: {}\n",
        encode(&id),
        encode("Kq7-wz2-pL9-xVb"),
        encode("orders")
    );
    let found = scan("x.yaml", &text);
    let rules: Vec<_> = found.iter().map(|found| (&*found.rule, found.line)).collect();
    assert_eq!(rules, [("aws-access-key-id", 3), ("kubernetes-secret-value", 4)]);
    assert_eq!(found[0].fingerprint, scan("x.txt", &id)[0].fingerprint);
}

#[test]
fn wrapped_base64_is_decoded_as_one() {
    use base64::Engine as _;
    let text = format!("a line of text before the key, so that lines break within it: {}", key());
    let encoded = base64::engine::general_purpose::STANDARD.encode(&text);
    for width in [60, 64, 76] {
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
        let block = format!("data:\n  file: |\n    {}\nend: true\n", lines.join("\n    "));
        let found = scan("x.yaml", &block);
        assert_eq!(found.len(), 1, "{block}");
        assert_eq!((&*found[0].rule, found[0].line), ("private-key-age", 3), "{width}");
        let redacted = scanner().redact(&block).into_owned();
        assert!(lines.iter().all(|line| !redacted.contains(line)), "{redacted}");
    }
}

#[test]
fn only_what_looks_random_is_left_alone_in_files_that_programs_write() {
    let text = "secret = \"R7uT2mQx9LzKcV4bN8sWpYd3\"\n";
    assert_eq!(scan("x.toml", text).len(), 1);
    for name in ["Cargo.lock", "dist/app.min.js", "a/package-lock.json"] {
        assert!(scan(name, text).is_empty(), "{name}");
    }
}

#[test]
fn places_are_masked_in_trees_as_well() {
    let mut tree = serde_json::json!({
        "backend": { "auth": { "keys": [{ "secret": "walnut harbor" }, { "secret": "${KEY}" }] } },
    });
    assert!(scanner().suspects(tree.to_string().as_bytes()));
    let found = scanner().redact_tree(&mut tree);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].pointer.as_str(), found[0].rule.as_str()),
        ("/backend/auth/keys/0/secret", "backstage-backend-key")
    );
    assert_eq!(tree["backend"]["auth"]["keys"][0]["secret"], "***");
    assert!(scanner().scan_tree(&tree).is_empty(), "a mask is no secret");
}

proptest! {
    #[test]
    fn any_bytes_are_scanned_in_order_and_apart(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60),
        noise in prop::collection::vec(any::<u8>(), 0..40),
        name in prop::sample::select(&["a.yaml", "a.json", "", "package-lock.json", "a.md"][..]),
    ) {
        let mut bytes = pieces.concat().into_bytes();
        let at = bytes.len() / 2;
        bytes.splice(at..at, noise);
        let found = scanner().scan_file(name, &bytes);
        for pair in found.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start, "{:?}", pair);
        }
        for finding in &found {
            prop_assert!(finding.span.end <= bytes.len() && finding.line > 0 && finding.column > 0);
        }
        let redacted = scanner().redact_file(name, &bytes);
        prop_assert!(redacted != bytes || found.is_empty(), "what is found is masked");
    }
}

/// What rules of structure begin with, and what holds such things together.
const PIECES: &[&str] = &[
    "://",
    "https://u:",
    "Kq7wz2pL9xVb",
    "@h",
    ":",
    "\n",
    "\n  ",
    "- ",
    "name: ",
    "value: ",
    "token",
    "secret: ",
    "password=",
    ";Server=db;",
    "jdbc:",
    "?password=",
    "machine h login a password ",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
    "\"",
    "'",
    "\\n",
    "\\u002d",
    "{",
    "}",
    "[",
    "]",
    ",",
    " ",
    "Basic ",
    "YWRhOktxN3d6MnBMOXhWYg==",
    "Bearer ",
    "eyJ",
    ".",
    "curl -u a:",
    "kind: Secret\n",
    "data:\n",
    "backend:\n",
    "---\n",
    "=",
    "PuTTY-User-Key-File-3: x",
    "|\n",
    ">-\n",
    "&a ",
    "*a",
    "%2F",
    "$",
    "ä",
    "\t",
];
