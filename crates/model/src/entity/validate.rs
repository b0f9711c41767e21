//! The steps that make a document an entity, in the reference's order.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::envelope::{ENTITY, ENVELOPE};
use super::error::{EntityError, MAX_PROBLEMS, Part, Stage, excerpt};
use super::kinds::{KINDS, Kind, KnownKind};
use super::relations::edges;
use super::schema::{Place, Schema, Violation};
use super::{Entity, format};
use crate::EntityRef;
use crate::entity_ref::DEFAULT_NAMESPACE;

/// Lists of refs that have no order of their own and are kept sorted, so that a source which gives
/// them in another order each time changes nothing.
const SORTED: [&str; 7] =
    ["providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members"];

/// Checks that a document is a map that holds what a ref needs, and gives the ref.
pub fn validate_envelope(document: &Value) -> Result<EntityRef, EntityError> {
    first(|sink| check_envelope(document, sink))?;
    // A ref that is too long cannot be spoken of; the name is far over the limit for names.
    loose_ref(document).ok_or_else(|| {
        let message = format!("entity ref is longer than {} bytes", EntityRef::MAX_BYTES);
        EntityError {
            pointer: Some("/metadata/name".into()),
            ..EntityError::new(Stage::Envelope, "Error", message)
        }
    })
}

/// Takes a document through envelope, list order and policies. Its kind may still be one we do not know.
pub(super) fn parse(document: Value) -> Result<Entity, EntityError> {
    let entity_ref = validate_envelope(&document)?;
    first(|sink| check_policies(&document, &entity_ref, sink))?;
    let Value::Object(map) = document else { return Err(not_a_map(&document)) };
    let mut map = with_namespace(map);
    sort_lists(&mut map);
    Ok(Entity { entity_ref, map })
}

/// Everything that is wrong with a document at the first step that refuses it, at most 50 problems;
/// empty when it is an entity of a known kind whose refs can be read.
///
/// Pointers lead into the document as it is written, before lists of refs are sorted.
pub fn problems(document: &Value) -> Vec<EntityError> {
    let found = all(|sink| check_envelope(document, sink));
    let entity_ref = match validate_envelope(document) {
        _ if !found.is_empty() => return found,
        Ok(entity_ref) => entity_ref,
        Err(error) => return vec![error],
    };
    let found = all(|sink| check_policies(document, &entity_ref, sink));
    if !found.is_empty() {
        return found;
    }
    let Value::Object(map) = document else { return vec![not_a_map(document)] };
    all(|sink| match candidates(map).last() {
        None => sink(unrecognized(&entity_ref)),
        Some(_) if recognize(map, &entity_ref).is_ok() => match edges(map, &entity_ref) {
            Ok(_) => ControlFlow::Continue(()),
            Err(errors) => errors.into_iter().try_for_each(sink),
        },
        Some(kind) => check_kind(kind, map, &entity_ref, sink),
    })
}

/// The kind whose validator accepts the entity.
pub(super) fn recognize(map: &Map<String, Value>, entity_ref: &EntityRef) -> Result<KnownKind, EntityError> {
    let mut refused = unrecognized(entity_ref);
    for kind in candidates(map) {
        match first(|sink| check_kind(kind, map, entity_ref, sink)) {
            Ok(()) => return Ok(kind.known),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// The kind that claims the entity by kind and apiVersion, whether or not it meets that kind's schema.
pub(super) fn claimed_by(map: &Map<String, Value>) -> Option<KnownKind> {
    candidates(map).next().map(|kind| kind.known)
}

/// Schemas that claim the entity by kind and apiVersion, the ones for its own `spec.type` last.
///
/// An `AiResource` of a type that has its own schema must meet that one; an API may meet either.
fn candidates(map: &Map<String, Value>) -> impl Iterator<Item = &'static Kind> {
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    let named = KINDS.iter().filter(move |kind| {
        text("kind") == Some(kind.name) && text("apiVersion").is_some_and(|v| kind.api_versions.contains(&v))
    });
    let spec_type = map.get("spec").and_then(|spec| spec.get("type")).and_then(Value::as_str);
    let fits: Vec<&'static Kind> =
        named.filter(|kind| kind.spec_type.is_none() || kind.spec_type == spec_type).collect();
    let specific = fits.iter().any(|kind| kind.spec_type.is_some());
    fits.into_iter().filter(move |kind| !specific || kind.known == KnownKind::Api || kind.spec_type.is_some())
}

/// Receives each error; breaking off stops the check.
type Sink<'s> = &'s mut dyn FnMut(EntityError) -> ControlFlow<()>;

fn first(check: impl FnOnce(Sink<'_>) -> ControlFlow<()>) -> Result<(), EntityError> {
    let mut found = None;
    let _ = check(&mut |error| {
        found = Some(error);
        ControlFlow::Break(())
    });
    found.map_or(Ok(()), Err)
}

fn all(check: impl FnOnce(Sink<'_>) -> ControlFlow<()>) -> Vec<EntityError> {
    let mut found = Vec::new();
    let _ = check(&mut |error| {
        found.push(error);
        if found.len() < MAX_PROBLEMS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    found
}

fn check_envelope(document: &Value, sink: Sink<'_>) -> ControlFlow<()> {
    if !document.is_object() {
        return sink(not_a_map(document));
    }
    ENVELOPE.check(document, &Place::Root, &mut |found: Violation| {
        let error = EntityError::new(Stage::Envelope, "TypeError", found.full());
        sink(EntityError { pointer: Some(found.pointer), ..error })
    })?;
    let annotations = document.pointer("/metadata/annotations");
    if annotations.is_some_and(|annotations| is_truthy(annotations) && !annotations.is_object()) {
        let message = "metadata.annotations must be a valid object".to_owned();
        let pointer = Some("/metadata/annotations".to_owned());
        let entity_ref = loose_ref(document);
        return sink(EntityError {
            entity_ref,
            pointer,
            ..EntityError::new(Stage::Envelope, "Error", message)
        });
    }
    ControlFlow::Continue(())
}

/// Schema, foreign root fields, then formats; a later one is asked only when the earlier ones pass,
/// because it relies on them.
fn check_policies(document: &Value, entity_ref: &EntityRef, sink: Sink<'_>) -> ControlFlow<()> {
    let policy = |pointer: String, part: Part, message: String| EntityError {
        pointer: Some(pointer),
        part,
        entity_ref: Some(entity_ref.clone()),
        ..EntityError::new(Stage::Policy, "Error", message)
    };
    let mut passed = true;
    ENTITY.check(document, &Place::Root, &mut |found: Violation| {
        passed = false;
        let message = format!("Malformed envelope, {}", found.brief());
        sink(policy(found.pointer, found.part, message))
    })?;
    let (true, Value::Object(map)) = (passed, document) else { return ControlFlow::Continue(()) };
    for field in map.keys() {
        if !["apiVersion", "kind", "metadata", "spec"].contains(&field.as_str()) {
            let place = Place::Field(&Place::Root, field);
            let message = format!("Unknown field {}", excerpt(field));
            sink(policy(place.to_string(), Part::Key, message))?;
        }
    }
    format::check(map, &mut |bad| sink(policy(bad.pointer, bad.part, bad.message)))
}

fn check_kind(
    kind: &Kind,
    map: &Map<String, Value>,
    entity_ref: &EntityRef,
    sink: Sink<'_>,
) -> ControlFlow<()> {
    let mut tell = |found: Violation| {
        sink(EntityError {
            pointer: Some(found.pointer.clone()),
            part: found.part,
            entity_ref: Some(entity_ref.clone()),
            ..EntityError::new(Stage::Kind, "TypeError", found.full())
        })
    };
    match map.get("spec") {
        Some(spec) => Schema::Object(kind.spec).check(spec, &Place::Field(&Place::Root, "spec"), &mut tell),
        None => tell(Violation::missing("spec")),
    }
}

fn not_a_map(document: &Value) -> EntityError {
    let found = match document {
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        // What JavaScript's `typeof` says of null and of arrays.
        Value::Null | Value::Array(_) | Value::Object(_) => "object",
    };
    let message = format!("Expected object at root, got {found}");
    EntityError { pointer: Some(String::new()), ..EntityError::new(Stage::Shape, "InputError", message) }
}

fn unrecognized(entity_ref: &EntityRef) -> EntityError {
    let message = format!(
        "No processor recognized the entity {entity_ref} as valid, possibly caused by a foreign kind or apiVersion"
    );
    EntityError {
        pointer: Some("/kind".into()),
        entity_ref: Some(entity_ref.clone()),
        ..EntityError::new(Stage::Unrecognized, "InputError", message)
    }
}

/// The ref of a document whose envelope may yet break rules.
fn loose_ref(document: &Value) -> Option<EntityRef> {
    let metadata = document.get("metadata")?;
    let namespace = metadata.get("namespace").and_then(Value::as_str).unwrap_or(DEFAULT_NAMESPACE);
    EntityRef::from_parts(document.get("kind")?.as_str()?, namespace, metadata.get("name")?.as_str()?).ok()
}

/// Whether JavaScript would take the value for true in a condition.
pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// Fills in the namespace. As in the reference, `metadata` then comes first, and the namespace first in it.
fn with_namespace(map: Map<String, Value>) -> Map<String, Value> {
    let metadata = map.get("metadata").and_then(Value::as_object);
    if metadata.is_none_or(|metadata| metadata.contains_key("namespace")) {
        return map;
    }
    let mut filled = Map::with_capacity(map.len());
    filled.insert("metadata".into(), Value::Null);
    for (key, value) in map {
        match (key.as_str(), value) {
            ("metadata", Value::Object(metadata)) => {
                let namespace = ("namespace".to_owned(), Value::from(DEFAULT_NAMESPACE));
                let metadata: Map<_, _> = std::iter::once(namespace).chain(metadata).collect();
                filled.insert(key, Value::Object(metadata));
            }
            (_, value) => {
                filled.insert(key, value);
            }
        }
    }
    filled
}

fn sort_lists(map: &mut Map<String, Value>) {
    let Some(Value::Object(spec)) = map.get_mut("spec") else { return };
    for field in SORTED {
        if let Some(Value::Array(items)) = spec.get_mut(field)
            && items.iter().all(Value::is_string)
        {
            // UTF-16 order, as JavaScript sorts.
            items.sort_by(|a, b| units(a).cmp(units(b)));
        }
    }
}

fn units(text: &Value) -> impl Iterator<Item = u16> {
    text.as_str().unwrap_or_default().encode_utf16()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn component(spec: &Value) -> Value {
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": "a" }, "spec": spec })
    }

    #[test]
    fn what_is_no_map_is_named_as_javascript_names_it() {
        for (document, found) in
            [(json!(null), "object"), (json!([]), "object"), (json!("x"), "string"), (json!(5), "number")]
        {
            let error = parse(document).expect_err("no map");
            assert_eq!(error.stage, Stage::Shape);
            assert_eq!(error.message, format!("Expected object at root, got {found}"));
        }
    }

    #[test]
    fn a_missing_namespace_is_filled_in_at_the_front() {
        let entity = parse(component(&json!({}))).expect("an entity");
        assert_eq!(entity.namespace(), "default");
        assert_eq!(
            entity.into_value().to_string(),
            r#"{"metadata":{"namespace":"default","name":"a"},"apiVersion":"backstage.io/v1alpha1","kind":"Component","spec":{}}"#
        );
    }

    #[test]
    fn lists_of_refs_are_sorted_by_utf16_units() {
        // U+1F600 is two surrogates below U+FF5E, though its code point is above.
        let spec = json!({ "dependsOn": ["\u{ff5e}", "b", "\u{1f600}", "B"], "members": ["b", 1], "other": ["b", "a"] });
        let entity = parse(component(&spec)).expect("an entity");
        assert_eq!(entity.spec("dependsOn"), Some(&json!(["B", "b", "\u{1f600}", "\u{ff5e}"])));
        assert_eq!(entity.spec("members"), Some(&json!(["b", 1])));
        assert_eq!(entity.spec("other"), Some(&json!(["b", "a"])));
    }

    #[test]
    fn all_problems_of_a_step_are_told_and_their_number_is_bounded() {
        let messages =
            |document: &Value| problems(document).into_iter().map(|e| e.message).collect::<Vec<_>>();
        assert_eq!(
            messages(&component(&json!({ "type": "", "dependsOn": ["a", 5] }))),
            [
                "/spec must have required property 'lifecycle' - missingProperty: lifecycle",
                "/spec must have required property 'owner' - missingProperty: owner",
                "/spec/type must NOT have fewer than 1 characters - limit: 1",
                "/spec/dependsOn/1 must be string - type: string",
            ]
        );
        let many = json!({ "type": "a", "lifecycle": "b", "owner": "c", "dependsOn": vec![5; 1000] });
        assert_eq!(messages(&component(&many)).len(), MAX_PROBLEMS);
    }

    #[test]
    fn a_ref_too_long_to_speak_of_is_refused() {
        let mut document = component(&json!({}));
        document["metadata"]["name"] = "x".repeat(EntityRef::MAX_BYTES).into();
        let error = parse(document).expect_err("too long");
        assert_eq!((error.stage, error.pointer.as_deref()), (Stage::Envelope, Some("/metadata/name")));
    }

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-zA-Z:/ ]{0,6}".prop_map(Value::from),
            Just(Value::from("Component")),
            Just(Value::from("backstage.io/v1alpha1")),
        ];
        let key = prop::sample::select(vec![
            "apiVersion",
            "kind",
            "metadata",
            "spec",
            "name",
            "namespace",
            "labels",
            "tags",
            "links",
            "url",
            "owner",
            "dependsOn",
            "relations",
            "status",
            "items",
            "steps",
            "x/y",
        ]);
        leaf.prop_recursive(4, 60, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(key.clone(), inner, 0..8).prop_map(|map| map
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect::<Value>()),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_refusal_points_into_the_document(document in documents()) {
            let taken = parse(document.clone()).and_then(|entity| entity.recognize());
            let found = problems(&document);
            if let Err(error) = taken {
                prop_assert_eq!(found.first(), Some(&error));
            }
            for error in found {
                let pointer = error.pointer.expect("a place");
                prop_assert!(document.pointer(&pointer).is_some(), "{} in {}", pointer, document);
            }
        }
    }
}
