//! Stitching: an entity as its source has it, with everything others know of it, becomes the body
//! that is served. And back again, when only what others know has changed.

use std::sync::Arc;

use model::{EntityRef, StatusItem};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};
use uuid::Uuid;

const ORPHAN: &str = "backstage.io/orphan";

/// What others know of an entity.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub uid: Uuid,
    /// Relations from its own fields and from others', in any order, perhaps repeated.
    pub relations: Vec<(Arc<str>, EntityRef)>,
    pub problems: &'a [StatusItem],
    /// Whether nothing emits it any more.
    pub orphan: bool,
}

/// An entity as it is served.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stitched {
    pub body: Arc<str>,
    pub etag: Arc<str>,
}

/// Makes the body of an entity.
pub(super) fn stitch(mut entity: Map<String, Value>, mut around: Surroundings<'_>) -> Stitched {
    if around.orphan
        && let Some(Value::Object(annotations)) =
            metadata(&mut entity).and_then(|it| it.get_mut("annotations"))
    {
        annotations.insert(ORPHAN.into(), "true".into());
    }
    around.relations.sort_unstable();
    around.relations.dedup();
    let relations = around.relations.iter().map(|(name, target)| {
        let mut relation = Map::with_capacity(2);
        relation.insert("type".into(), (**name).into());
        relation.insert("targetRef".into(), target.as_str().into());
        Value::Object(relation)
    });
    entity.insert("relations".into(), relations.collect());
    if !around.problems.is_empty() {
        let items: Vec<Value> = around.problems.iter().map(status_item).collect();
        entity.insert("status".into(), json!({ "items": items }));
    }
    let mut stable = Vec::with_capacity(2048);
    write_stable_map(&entity, &mut stable);
    let mut etag: Arc<str> = super::hex(&Sha1::digest(&stable)).into();
    if let Some(metadata) = metadata(&mut entity) {
        metadata.insert("uid".into(), around.uid.to_string().into());
        // One that the source brings along wins.
        match metadata.get("etag").and_then(Value::as_str) {
            Some(given) => etag = given.into(),
            None => drop(metadata.insert("etag".into(), (*etag).into())),
        }
    }
    Stitched { body: Value::Object(entity).to_string().into(), etag }
}

/// Takes a body apart again; `None` if it is no entity of ours.
pub(super) fn unstitch(body: &str, was_orphan: bool) -> Option<Map<String, Value>> {
    let Ok(Value::Object(mut entity)) = serde_json::from_str(body) else { return None };
    entity.shift_remove("relations");
    entity.shift_remove("status");
    let metadata = metadata(&mut entity)?;
    metadata.shift_remove("uid");
    // What looks like a hash is ours; a source that brings its own etag does not write one of those.
    if metadata.get("etag").and_then(Value::as_str).is_some_and(is_sha1) {
        metadata.shift_remove("etag");
    }
    if was_orphan && let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.shift_remove(ORPHAN);
    }
    Some(entity)
}

fn metadata(entity: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    entity.get_mut("metadata")?.as_object_mut()
}

fn status_item(item: &StatusItem) -> Value {
    json!({
        "type": "backstage.io/catalog-processing",
        "level": if item.is_warning() { "warning" } else { "error" },
        "message": format!("{}: {}", item.name, item.message),
        "error": {"name": item.name, "message": item.message},
    })
}

fn is_sha1(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Writes compact JSON whose keys are sorted, so that the order in a file does not change a hash.
fn write_stable(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => write_stable_map(map, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_stable(item, out);
            }
            out.push(b']');
        }
        scalar => write_scalar(scalar, out),
    }
}

fn write_stable_map(map: &Map<String, Value>, out: &mut Vec<u8>) {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    out.push(b'{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_scalar(key, out);
        out.push(b':');
        write_stable(value, out);
    }
    out.push(b'}');
}

fn write_scalar(scalar: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    serde_json::to_writer(out, scalar).expect("text and numbers are always JSON");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity() -> Map<String, Value> {
        let value = json!({
            "metadata": {"namespace": "default", "annotations": {"a": "b"}, "name": "x"},
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "spec": {"type": "t"},
        });
        value.as_object().expect("a map").clone()
    }

    fn around(problems: &[StatusItem], orphan: bool) -> Surroundings<'_> {
        let relation = |name: &str, target: &str| (name.into(), target.parse().expect("a ref"));
        Surroundings {
            uid: Uuid::nil(),
            relations: vec![
                relation("partOf", "system:default/s"),
                relation("ownedBy", "group:default/b"),
                relation("ownedBy", "group:default/a"),
                relation("ownedBy", "group:default/b"),
            ],
            problems,
            orphan,
        }
    }

    #[test]
    fn keys_stand_in_the_order_of_the_reference() {
        let stitched = stitch(entity(), around(&[], false));
        assert_eq!(
            &*stitched.body,
            &format!(
                r#"{{"metadata":{{"namespace":"default","annotations":{{"a":"b"}},"name":"x","uid":"00000000-0000-0000-0000-000000000000","etag":"{}"}},"apiVersion":"backstage.io/v1alpha1","kind":"Component","spec":{{"type":"t"}},"relations":[{{"type":"ownedBy","targetRef":"group:default/a"}},{{"type":"ownedBy","targetRef":"group:default/b"}},{{"type":"partOf","targetRef":"system:default/s"}}]}}"#,
                stitched.etag
            )
        );
    }

    #[test]
    fn taking_apart_undoes_stitching() {
        let problem = StatusItem { name: "InputError".into(), message: "bad".into() };
        for (problems, orphan) in [(vec![], false), (vec![problem], true)] {
            let stitched = stitch(entity(), around(&problems, orphan));
            assert_eq!(unstitch(&stitched.body, orphan), Some(entity()));
        }
    }

    #[test]
    fn the_etag_is_a_hash_that_key_order_does_not_change() {
        let mut turned = entity();
        let kind = turned.shift_remove("kind").expect("a kind");
        turned.insert("kind".into(), kind);
        let etag = |entity| stitch(entity, around(&[], false)).etag;
        assert_eq!(etag(entity()), etag(turned));
        let mut own = entity();
        metadata(&mut own).expect("metadata").insert("etag".into(), "mine".into());
        assert_eq!(&*etag(own.clone()), "mine");
        assert_eq!(unstitch(&stitch(own.clone(), around(&[], false)).body, false), Some(own));
    }

    #[test]
    fn problems_are_shown_as_status() {
        let problem = StatusItem { name: "InputError".into(), message: "bad".into() };
        let stitched = stitch(entity(), around(&[problem], false));
        let body: Value = serde_json::from_str(&stitched.body).expect("JSON");
        assert_eq!(
            body["status"],
            json!({"items": [{"type": "backstage.io/catalog-processing", "level": "error",
                "message": "InputError: bad", "error": {"name": "InputError", "message": "bad"}}]})
        );
    }
}
