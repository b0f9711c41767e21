//! Annotations that say where an entity was read.

use model::{LocationRef, is_script_url};
use serde_json::{Map, Value};

use super::ScmHosts;
use super::source::{LOCATION, ORIGIN};

const VIEW_URL: &str = "backstage.io/view-url";
const EDIT_URL: &str = "backstage.io/edit-url";
const SOURCE_LOCATION: &str = "backstage.io/source-location";

/// What stands for a link that a browser would run.
const REJECTED: &str = "https://backstage.io/annotation-rejected-for-security-reasons";

/// Puts the annotations in, and `metadata` first, as the reference has it. The two `managed-by` ones
/// are ours to say; the links are the entity's, if it has them. A document without a proper
/// `metadata` is left as it is, for validation to refuse.
pub(super) fn annotate(document: Value, location: &LocationRef, origin: &str, scm: &ScmHosts) -> Value {
    let Value::Object(mut map) = document else { return document };
    let mut annotations = Map::new();
    annotations.insert(LOCATION.into(), location.to_string().into());
    annotations.insert(ORIGIN.into(), origin.into());
    if location.kind() == "url" {
        annotations.insert(VIEW_URL.into(), location.target().into());
        let edit = (!names_commit(location.target())).then(|| scm.edit_url(location.target())).flatten();
        annotations.extend(edit.map(|url| (EDIT_URL.into(), url.into())));
        let folder = scm.source_folder(location.target());
        annotations.extend(folder.map(|url| (SOURCE_LOCATION.into(), format!("url:{url}").into())));
    }
    let metadata = match map.shift_remove("metadata") {
        Some(Value::Object(metadata)) => Value::Object(merged(annotations, metadata)),
        Some(other) => other,
        None => return Value::Object(map),
    };
    let mut whole = Map::with_capacity(map.len() + 1);
    whole.insert("metadata".into(), metadata);
    whole.extend(map);
    Value::Object(whole)
}

/// `metadata` with `ours` first in its annotations.
fn merged(mut ours: Map<String, Value>, mut metadata: Map<String, Value>) -> Map<String, Value> {
    // The reference reads an empty value here as none.
    if let Some(Value::Object(mut theirs)) = metadata.shift_remove("annotations") {
        theirs.retain(|name, _| name != LOCATION && name != ORIGIN);
        ours.extend(theirs);
    }
    // Ours to give at stitching; a document's own would only look like it.
    if metadata.get("uid").is_some_and(Value::is_string) {
        metadata.shift_remove("uid");
    }
    for link in [VIEW_URL, EDIT_URL] {
        if ours.get(link).and_then(Value::as_str).is_some_and(is_script_url) {
            ours.insert(link.into(), REJECTED.into());
        }
    }
    let mut whole = Map::with_capacity(metadata.len() + 1);
    whole.insert("annotations".into(), Value::Object(ours));
    whole.extend(metadata);
    whole
}

/// Whether a URL names a commit (40 hex digits or more): there is nothing to edit at a commit.
fn names_commit(url: &str) -> bool {
    url.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word.len() >= 40 && word.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::ScmKind;
    use serde_json::json;

    fn annotated(target: &str, document: Value) -> Value {
        let scm = ScmHosts::new(vec![("github.com".into(), ScmKind::GitHub)]);
        let location = LocationRef::parse(target).expect("a location");
        annotate(document, &location, "url:https://origin", &scm)
    }

    #[test]
    fn ours_come_first_and_cannot_be_forged() {
        let document = json!({"kind": "X", "metadata": {"name": "a", "annotations": {
            "own": "1", "backstage.io/managed-by-location": "url:https://elsewhere",
            "backstage.io/view-url": "https://mine"}}});
        let text = annotated("url:http://h/a.yaml", document).to_string();
        assert_eq!(
            text,
            r#"{"metadata":{"annotations":{"backstage.io/managed-by-location":"url:http://h/a.yaml","backstage.io/managed-by-origin-location":"url:https://origin","backstage.io/view-url":"https://mine","own":"1"},"name":"a"},"kind":"X"}"#
        );
    }

    #[test]
    fn a_known_host_has_an_editor_but_not_for_a_commit() {
        let annotations =
            |target: &str| annotated(target, json!({"metadata": {}}))["metadata"]["annotations"].take();
        let found = annotations("url:https://github.com/a/b/blob/main/x/c.yaml");
        assert_eq!(found[EDIT_URL], "https://github.com/a/b/edit/main/x/c.yaml");
        assert_eq!(found[SOURCE_LOCATION], "url:https://github.com/a/b/tree/main/x/");
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let found = annotations(&format!("url:https://github.com/a/b/blob/{commit}/c.yaml"));
        assert_eq!(found.get(EDIT_URL), None);
    }

    #[test]
    fn a_link_that_a_browser_would_run_is_replaced() {
        let document = json!({"metadata": {"annotations": {"backstage.io/edit-url": "\u{1}JaVa\nscript:x"}}});
        assert_eq!(annotated("file:/a", document)["metadata"]["annotations"][EDIT_URL], REJECTED);
    }
}
