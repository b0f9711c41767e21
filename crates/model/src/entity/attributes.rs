//! The typed attributes of an entity, which policy reads.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{AttrTest, EntityRef, RefContext, RefError};

/// What policy may ask about an entity. Texts are exact; only what [`EntityRef`] folds is folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Its ref: kind, namespace and name in lower case.
    pub entity_ref: EntityRef,
    /// Targets of its `ownedBy` relations.
    pub owners: Vec<EntityRef>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// `metadata.annotations`.
    pub annotations: BTreeMap<String, String>,
    /// `metadata.tags`.
    pub tags: Vec<String>,
    /// `spec.type`.
    pub spec_type: Option<String>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<String>,
    /// `spec.system`, resolved with kind `system` and the entity's own namespace.
    pub system: Option<EntityRef>,
}

impl Attributes {
    /// Reads the attributes of a stitched entity. Values of the wrong type count as absent, so they
    /// match nothing; only an entity that has no ref is an error.
    pub fn from_stitched(entity: &Value) -> Result<Self, RefError> {
        let metadata = |key: &str| entity.get("metadata").and_then(|metadata| metadata.get(key));
        let spec = |key: &str| entity.get("spec").and_then(|spec| spec.get(key)).and_then(Value::as_str);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let namespace =
            metadata("namespace").and_then(Value::as_str).unwrap_or(crate::entity_ref::DEFAULT_NAMESPACE);
        let entity_ref =
            EntityRef::from_parts(&text(entity.get("kind")), namespace, &text(metadata("name")))?;
        let context = RefContext { kind: Some("system"), namespace: Some(entity_ref.namespace()) };
        let system = spec("system").and_then(|text| EntityRef::parse(text, context).ok());
        Ok(Self {
            owners: owners(entity),
            labels: texts(metadata("labels")),
            annotations: texts(metadata("annotations")),
            tags: strings(metadata("tags")).map(str::to_owned).collect(),
            spec_type: spec("type").map(str::to_owned),
            lifecycle: spec("lifecycle").map(str::to_owned),
            system,
            entity_ref,
        })
    }
}

fn owners(entity: &Value) -> Vec<EntityRef> {
    let relations = entity.get("relations").and_then(Value::as_array).into_iter().flatten();
    relations
        .filter(|relation| relation.get("type").and_then(Value::as_str) == Some("ownedBy"))
        .filter_map(|relation| relation.get("targetRef")?.as_str()?.parse().ok())
        .collect()
}

fn texts(map: Option<&Value>) -> BTreeMap<String, String> {
    let entries = map.and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

impl AttrTest {
    /// Whether the test holds for an entity with these attributes.
    pub fn matches(&self, found: &Attributes) -> bool {
        match self {
            Self::Ref(wanted) => wanted.contains(&found.entity_ref),
            Self::Kind(wanted) => is_one_of(wanted, found.entity_ref.kind()),
            Self::Namespace(wanted) => is_one_of(wanted, found.entity_ref.namespace()),
            Self::Name(wanted) => is_one_of(wanted, found.entity_ref.name()),
            Self::Owner(wanted) => found.owners.iter().any(|owner| wanted.contains(owner)),
            Self::Label(key, value) => has(&found.labels, key, value.as_deref()),
            Self::Annotation(key, value) => has(&found.annotations, key, value.as_deref()),
            Self::Tag(wanted) => found.tags.contains(wanted),
            Self::Type(wanted) => is_or_exists(wanted, found.spec_type.as_ref()),
            Self::Lifecycle(wanted) => is_or_exists(wanted, found.lifecycle.as_ref()),
            Self::System(wanted) => is_or_exists(wanted, found.system.as_ref()),
        }
    }
}

fn is_one_of(wanted: &[String], found: &str) -> bool {
    wanted.iter().any(|wanted| wanted == found)
}

/// An empty list asks only whether there is a value.
fn is_or_exists<T: PartialEq>(wanted: &[T], found: Option<&T>) -> bool {
    found.is_some_and(|found| wanted.is_empty() || wanted.contains(found))
}

fn has(map: &BTreeMap<String, String>, key: &str, value: Option<&str>) -> bool {
    map.get(key).is_some_and(|found| value.is_none_or(|value| value == found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shop() -> Attributes {
        Attributes::from_stitched(&json!({
            "kind": "Component",
            "metadata": {
                "name": "Shop", "namespace": "sales",
                "labels": { "Tier": "One", "odd": 5 }, "annotations": { "a/b": "C" }, "tags": ["java", 7],
            },
            "spec": { "type": "Service", "system": "Ops", "owner": "nobody" },
            "relations": [
                { "type": "ownedBy", "targetRef": "group:default/team-a" },
                { "type": "partOf", "targetRef": "system:sales/ops" },
                { "type": "ownedBy", "targetRef": "user:default/ada" },
            ],
        }))
        .expect("an entity with a ref")
    }

    #[test]
    fn owners_come_from_relations_and_nothing_else() {
        let shown = |refs: &[EntityRef]| refs.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown(&shop().owners), ["group:default/team-a", "user:default/ada"]);
    }

    #[test]
    fn texts_are_compared_exactly_and_refs_folded() {
        let of = |text: &str| text.parse::<EntityRef>().expect("a ref");
        let (yes, no) = (true, false);
        let one = || Some("One".to_owned());
        for (test, holds) in [
            (AttrTest::Ref(vec![of("COMPONENT:sales/SHOP")]), yes),
            (AttrTest::Kind(vec!["component".into()]), yes),
            (AttrTest::Kind(vec!["Component".into()]), no),
            (AttrTest::Namespace(vec!["default".into(), "sales".into()]), yes),
            (AttrTest::Name(vec!["shop".into()]), yes),
            (AttrTest::Owner(vec![of("user:Ada")]), yes),
            (AttrTest::Owner(vec![of("user:nobody")]), no),
            (AttrTest::Owner(vec![]), no),
            (AttrTest::Label("Tier".into(), one()), yes),
            (AttrTest::Label("tier".into(), one()), no),
            (AttrTest::Label("Tier".into(), Some("one".into())), no),
            (AttrTest::Label("Tier".into(), None), yes),
            (AttrTest::Label("odd".into(), None), no),
            (AttrTest::Annotation("a/b".into(), Some("C".into())), yes),
            (AttrTest::Tag("java".into()), yes),
            (AttrTest::Tag("7".into()), no),
            (AttrTest::Type(vec!["service".into()]), no),
            (AttrTest::Type(vec![]), yes),
            (AttrTest::Lifecycle(vec![]), no),
            (AttrTest::System(vec![of("system:sales/ops")]), yes),
            (AttrTest::System(vec![of("system:default/ops")]), no),
        ] {
            assert_eq!(test.matches(&shop()), holds, "{test:?}");
        }
    }

    #[test]
    fn an_entity_without_a_ref_has_no_attributes() {
        assert!(Attributes::from_stitched(&json!({ "kind": "Component", "metadata": {} })).is_err());
    }
}
