//! Places that are never rewritten: a mask there would make another entity of it, or lead elsewhere.

use serde_json::Value;

/// Annotations that say where an entity was read, or where its documents are.
const ANNOTATIONS: &[&str] = &[
    "backstage.io/managed-by-location",
    "backstage.io/managed-by-origin-location",
    "backstage.io/view-url",
    "backstage.io/edit-url",
    "backstage.io/source-location",
    "backstage.io/techdocs-ref",
    "backstage.io/techdocs-entity",
];

/// Fields of `spec` that hold refs, one or many, of any kind.
const REFS: &[&str] = &[
    "owner",
    "system",
    "domain",
    "subcomponentOf",
    "subdomainOf",
    "providesApis",
    "consumesApis",
    "dependsOn",
    "dependencyOf",
    "parent",
    "children",
    "members",
    "memberOf",
    "skills",
    "plugins",
];

/// Fields of a Location that say what is read.
const TARGETS: &[&str] = &["type", "target", "targets", "presence"];

/// What a ref is made of.
const REF_PARTS: &[&str] = &["/kind", "/metadata/name", "/metadata/namespace"];

/// Whether the value at a JSON pointer of an entity is protected.
pub(super) fn is_protected(pointer: &str, document: &Value) -> bool {
    if pointer == "/apiVersion" || is_in_ref(pointer) {
        return true;
    }
    if let Some(name) = pointer.strip_prefix("/metadata/annotations/") {
        return ANNOTATIONS.contains(&name.replace("~1", "/").replace("~0", "~").as_str());
    }
    let Some(path) = pointer.strip_prefix("/spec/") else { return false };
    let field = path.split('/').next().unwrap_or_default();
    REFS.contains(&field) || (is_location(document) && TARGETS.contains(&field))
}

/// Whether the value at a JSON pointer is a part of the entity's ref.
pub(super) fn is_in_ref(pointer: &str) -> bool {
    REF_PARTS.contains(&pointer)
}

/// Pointers and texts of a Location's targets.
pub(super) fn targets(document: &Value) -> Vec<(String, &str)> {
    if !is_location(document) {
        return Vec::new();
    }
    let Some(spec) = document.get("spec") else { return Vec::new() };
    let one = spec.get("target").and_then(Value::as_str).map(|text| ("/spec/target".to_owned(), text));
    let many = spec.get("targets").and_then(Value::as_array).into_iter().flatten().enumerate();
    let many = many.filter_map(|(at, target)| Some((format!("/spec/targets/{at}"), target.as_str()?)));
    one.into_iter().chain(many).collect()
}

fn is_location(document: &Value) -> bool {
    document.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("location"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refs_targets_and_locations_are_protected_and_the_rest_is_not() {
        let component = json!({ "kind": "Component" });
        let location = json!({ "kind": "Location" });
        for pointer in [
            "/apiVersion",
            "/kind",
            "/metadata/name",
            "/metadata/namespace",
            "/metadata/annotations/backstage.io~1view-url",
            "/metadata/annotations/backstage.io~1managed-by-location",
            "/spec/owner",
            "/spec/dependsOn/3",
        ] {
            assert!(is_protected(pointer, &component), "{pointer}");
        }
        for pointer in [
            "/metadata/title",
            "/metadata/annotations/example.com~1owner",
            "/metadata/labels/kind",
            "/spec/definition",
            "/spec/profile/email",
            "/spec/type",
            "/spec/target",
            "/spec/parameters/owner",
        ] {
            assert!(!is_protected(pointer, &component), "{pointer}");
        }
        for pointer in ["/spec/target", "/spec/targets/0", "/spec/presence", "/spec/type"] {
            assert!(is_protected(pointer, &location), "{pointer}");
        }
    }
}
