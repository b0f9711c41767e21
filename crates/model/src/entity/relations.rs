//! The relations that an entity's own fields emit.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::error::{EntityError, MAX_PROBLEMS, Stage, excerpt};
use super::schema::Place;
use super::validate::{claimed_by, is_truthy};
use super::{Entity, KnownKind};
use crate::{Edge, EntityRef, RefContext, RefError};

/// A field of `spec` that holds refs, and the relation it means.
#[derive(Clone, Copy)]
struct RefField {
    name: &'static str,
    forward: &'static str,
    reverse: &'static str,
    /// Kind of a shorthand ref; `None` where the ref must say.
    default_kind: Option<&'static str>,
    /// Kinds (lower case) that count; others are passed over. Empty: all.
    allowed: &'static [&'static str],
}

const fn field(
    name: &'static str,
    (forward, reverse): (&'static str, &'static str),
    default_kind: Option<&'static str>,
) -> RefField {
    RefField { name, forward, reverse, default_kind, allowed: &[] }
}

const fn only(field: RefField, allowed: &'static [&'static str]) -> RefField {
    RefField { allowed, ..field }
}

const OWNED_BY: (&str, &str) = ("ownedBy", "ownerOf");
const PART_OF: (&str, &str) = ("partOf", "hasPart");
const HAS_PART: (&str, &str) = ("hasPart", "partOf");
const DEPENDS_ON: (&str, &str) = ("dependsOn", "dependencyOf");
const DEPENDENCY_OF: (&str, &str) = ("dependencyOf", "dependsOn");
const MEMBER_OF: (&str, &str) = ("memberOf", "hasMember");
const HAS_MEMBER: (&str, &str) = ("hasMember", "memberOf");
const CHILD_OF: (&str, &str) = ("childOf", "parentOf");
const PARENT_OF: (&str, &str) = ("parentOf", "childOf");

const OWNER: RefField = field("owner", OWNED_BY, Some("group"));
const SYSTEM: RefField = field("system", PART_OF, Some("system"));
const AI_OWNER: RefField = only(OWNER, &["group", "user"]);
const AI_SYSTEM: RefField = only(SYSTEM, &["system"]);

const fn ai(name: &'static str, relation: (&'static str, &'static str)) -> RefField {
    only(field(name, relation, Some("airesource")), &["airesource"])
}

const COMPONENT: &[RefField] = &[
    OWNER,
    field("subcomponentOf", PART_OF, Some("component")),
    field("providesApis", ("providesApi", "apiProvidedBy"), Some("api")),
    field("consumesApis", ("consumesApi", "apiConsumedBy"), Some("api")),
    field("dependsOn", DEPENDS_ON, None),
    field("dependencyOf", DEPENDENCY_OF, None),
    SYSTEM,
];
const RESOURCE: &[RefField] =
    &[OWNER, field("dependsOn", DEPENDS_ON, None), field("dependencyOf", DEPENDENCY_OF, None), SYSTEM];
const GROUP: &[RefField] = &[
    field("parent", CHILD_OF, Some("group")),
    field("children", PARENT_OF, Some("group")),
    field("members", HAS_MEMBER, Some("user")),
];
const USER: &[RefField] = &[field("memberOf", MEMBER_OF, Some("group"))];
const SYSTEM_KIND: &[RefField] = &[OWNER, field("domain", PART_OF, Some("domain"))];
const DOMAIN: &[RefField] = &[OWNER, field("subdomainOf", PART_OF, Some("domain"))];
const AI_SKILL: &[RefField] = &[AI_OWNER, AI_SYSTEM, ai("dependsOn", DEPENDS_ON)];
const AI_PLUGIN: &[RefField] = &[AI_OWNER, AI_SYSTEM, ai("skills", HAS_PART)];
const AI_MARKETPLACE: &[RefField] = &[AI_OWNER, AI_SYSTEM, ai("plugins", HAS_PART)];

/// The fields that hold refs, in the order in which the reference reads them.
fn fields(kind: KnownKind, spec_type: Option<&str>) -> &'static [RefField] {
    match kind {
        KnownKind::Component => COMPONENT,
        KnownKind::Api => &[OWNER, SYSTEM],
        KnownKind::Resource => RESOURCE,
        KnownKind::User => USER,
        KnownKind::Group => GROUP,
        KnownKind::System => SYSTEM_KIND,
        KnownKind::Domain => DOMAIN,
        KnownKind::Template => &[OWNER],
        KnownKind::Location => &[],
        KnownKind::AiResource => match spec_type {
            Some("skill") => AI_SKILL,
            Some("plugin") => AI_PLUGIN,
            Some("marketplace") => AI_MARKETPLACE,
            _ => &[AI_OWNER, AI_SYSTEM],
        },
    }
}

/// The relations an entity emits, each once, in the order of its fields; one of a kind we do not know
/// emits none.
///
/// Shorthand refs take the field's kind and the entity's own namespace. The reference refuses the
/// whole entity at the first ref it cannot read; they are all given here, at most 50, in the same
/// order, and the list of errors is never empty.
pub fn edges_of(entity: &Entity) -> Result<Vec<Edge>, Vec<EntityError>> {
    edges(entity.map(), entity.entity_ref())
}

pub(super) fn edges(map: &Map<String, Value>, source: &EntityRef) -> Result<Vec<Edge>, Vec<EntityError>> {
    let Some(kind) = claimed_by(map) else { return Ok(Vec::new()) };
    let spec = |key: &str| map.get("spec").and_then(|spec| spec.get(key));
    let (mut edges, mut errors) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    let spec_place = Place::Field(&Place::Root, "spec");
    for field in fields(kind, spec("type").and_then(Value::as_str)) {
        let place = Place::Field(&spec_place, field.name);
        let (targets, is_list) = match spec(field.name) {
            None => continue,
            Some(Value::Array(targets)) => (targets.as_slice(), true),
            Some(target) if !is_truthy(target) => continue,
            Some(target) => (std::slice::from_ref(target), false),
        };
        let (forward, reverse): (Arc<str>, Arc<str>) = (field.forward.into(), field.reverse.into());
        for (index, target) in targets.iter().enumerate() {
            match read_ref(target, source.namespace(), field.default_kind) {
                Ok(target) if !field.allowed.is_empty() && !field.allowed.contains(&target.kind()) => {}
                Ok(target) => {
                    if seen.insert((field.forward, target.clone())) {
                        edges.push(Edge { forward: forward.clone(), reverse: reverse.clone(), target });
                    }
                }
                Err(_) if errors.len() >= MAX_PROBLEMS => {}
                Err((name, message)) => {
                    let item = Place::Item(&place, index);
                    errors.push(EntityError {
                        entity_ref: Some(source.clone()),
                        pointer: Some(if is_list { item.to_string() } else { place.to_string() }),
                        ..EntityError::new(Stage::Relations, name, message)
                    });
                }
            }
        }
    }
    if errors.is_empty() { Ok(edges) } else { Err(errors) }
}

/// Reads a ref as text, or, in the one list that no schema covers, as a map of its parts. An error has
/// its class first.
fn read_ref(
    target: &Value,
    namespace: &str,
    default_kind: Option<&str>,
) -> Result<EntityRef, (&'static str, String)> {
    if !is_truthy(target) {
        return Err(("Error", "Entity reference must not be empty".to_owned()));
    }
    let lacks = |what: &str| {
        let shown = target.to_string();
        ("Error", format!("Entity reference {} had missing or empty {what}", excerpt(&shown)))
    };
    if let Value::String(text) = target {
        let context = RefContext { kind: default_kind, namespace: Some(namespace) };
        return EntityRef::parse(text, context).map_err(|error| match error {
            RefError::Form(_) => ("TypeError", error.to_string()),
            RefError::NoKind(_) | RefError::TooLong(_) => ("Error", error.to_string()),
        });
    }
    let part = |key: &str| target.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let kind = part("kind")
        .or(default_kind)
        .ok_or_else(|| lacks("kind (e.g. did not start with \"component:\" or similar)"))?;
    let name = part("name").ok_or_else(|| lacks("name"))?;
    EntityRef::from_parts(kind, part("namespace").unwrap_or(namespace), name)
        .map_err(|error| ("Error", error.to_string()))
}
