//! `--advisories FILE`.

use super::Repository;

const RECORD: &str = r#"{
  "id": "GHSA-zzzz-zzzz-zzzz", "modified": "2026-11-01T00:00:00Z", "summary": "A made-up hole",
  "affected": [{
    "package": { "ecosystem": "npm", "name": "@backstage/plugin-catalog-backend" },
    "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "99.0.0" }] }]
  }]
}"#;

/// A backend that has the package at a version.
fn with_package(version: &str) -> Repository {
    let repository = Repository::new();
    repository.file("package.json", r#"{ "name": "root", "private": true, "workspaces": ["packages/*"] }"#);
    repository.file(
        "packages/backend/package.json",
        &format!(r#"{{ "name": "backend", "dependencies": {{ "@backstage/plugin-catalog-backend": "{version}" }} }}"#),
    );
    repository
}

/// What `published-advisory` says of the package.
fn told(repository: &Repository, arguments: &[&str]) -> String {
    let ended = repository.all(&[&["--rule", "published-advisory", "--format", "json"], arguments].concat());
    let document: serde_json::Value = serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}{}", ended.stdout, ended.stderr));
    document["findings"].to_string()
}

#[test]
fn one_that_came_out_later_is_found_in_each_form_of_an_export() {
    let repository = with_package("4.0.5");
    let other = RECORD.replace("GHSA-zzzz-zzzz-zzzz", "GHSA-yyyy-yyyy-yyyy").replace("99.0.0", "1.0.0");
    let line = |record: &str| record.replace('\n', " ");
    repository.file("one.json", RECORD);
    repository.file("list.json", &format!("[{other},{RECORD}]"));
    repository.file("lines.jsonl", &format!("{}\n{}\n", line(&other), line(RECORD)));
    repository.file("answer.json", &format!("{{\"vulns\":[{RECORD}]}}"));
    assert!(!told(&repository, &[]).contains("zzzz"), "it is not compiled in");
    for file in ["one.json", "list.json", "lines.jsonl", "answer.json"] {
        let told = told(&repository, &["--advisories", file]);
        assert!(told.contains("GHSA-zzzz-zzzz-zzzz") && told.contains("A made-up hole"), "{file}: {told}");
        assert!(!told.contains("yyyy"), "4.0.5 is past what mends it: {told}");
    }
    let mended = with_package("99.0.0");
    mended.file("one.json", RECORD);
    assert!(!self::told(&mended, &["--advisories", "one.json"]).contains("zzzz"));
}

#[test]
fn a_file_that_holds_none_is_refused() {
    let repository = Repository::new();
    repository.file("osv.json", RECORD);
    repository.file("none.json", "{}");
    assert_ne!(repository.all(&["--advisories", "osv.json"]).code, 2);
    for wrong in ["none.json", "not-there.json", "docs"] {
        let ended = repository.all(&["--advisories", wrong]);
        assert_eq!(ended.code, 2, "{wrong}: {}", ended.stderr);
    }
}
