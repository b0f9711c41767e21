//! `--advisories FILE`.

use super::Repository;

const RECORD: &str = r#"{
  "id": "GHSA-zzzz-zzzz-zzzz", "modified": "2026-11-01T00:00:00Z", "summary": "A made-up hole",
  "affected": [{
    "package": { "ecosystem": "npm", "name": "@backstage/plugin-catalog-backend" },
    "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "99.0.0" }] }]
  }]
}"#;

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
