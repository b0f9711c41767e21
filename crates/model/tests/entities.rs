//! Entities that are wrong in one place each, and the error each must give.
//!
//! `bases.json` holds one good entity of every kind. A line of `cases.jsonl` names a base, a JSON
//! pointer, and what to `set` there (nothing: remove it); then the error of the reference's own
//! validators, or none where they accept. `{help}` stands for the pointer to documentation that some
//! messages end with.

use std::collections::BTreeMap;

use model::entity::{edges_of, problems};
use model::{Edge, Entity, EntityError, KnownKind};
use serde_json::Value;

const HELP: &str = "To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md";

fn bases() -> BTreeMap<String, Value> {
    serde_json::from_str(include_str!("entities/bases.json")).expect("bases.json is a map")
}

fn take(document: Value) -> Result<(Entity, Vec<Edge>), EntityError> {
    let entity = Entity::parse(document)?;
    entity.recognize()?;
    let edges = edges_of(&entity).map_err(|mut errors| errors.swap_remove(0))?;
    Ok((entity, edges))
}

fn shown(edges: &[Edge]) -> Vec<String> {
    edges.iter().map(|edge| format!("{} {}", edge.forward, edge.target)).collect()
}

fn changed(base: &Value, at: &str, value: Option<&Value>) -> Value {
    let mut document = base.clone();
    let (parent, key) = at.rsplit_once('/').expect("a pointer to a field");
    let key = key.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent).expect("the parent is there"), value) {
        (Value::Object(map), Some(value)) => drop(map.insert(key, value.clone())),
        (Value::Object(map), None) => drop(map.shift_remove(&key)),
        (Value::Array(items), Some(value)) => items[key.parse::<usize>().expect("an index")] = value.clone(),
        _ => panic!("{at} is no field of a map or item of a list"),
    }
    document
}

#[test]
fn each_wrong_entity_gives_the_error_of_the_reference() {
    let bases = bases();
    let mut wrong = Vec::new();
    for line in include_str!("entities/cases.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("a case is JSON");
        let text = |key: &str| case[key].as_str();
        let document =
            changed(&bases[text("base").expect("a base")], text("at").expect("a place"), case.get("set"));
        let found = take(document.clone());
        let same = match &found {
            Ok((_, edges)) => {
                let relations =
                    case.get("relations").is_none_or(|wanted| *wanted == Value::from(shown(edges)));
                text("stage").is_none() && relations && problems(&document).is_empty()
            }
            Err(error) => {
                text("stage") == Some(&error.stage.to_string())
                    && text("name") == Some(error.name)
                    && text("message").map(|text| text.replace("{help}", HELP)).as_ref()
                        == Some(&error.message)
                    && error.pointer.as_deref().is_some_and(|pointer| document.pointer(pointer).is_some())
                    && problems(&document).first().map(|found| &found.message) == Some(&error.message)
            }
        };
        if !same {
            wrong.push(format!("{line}\n    gave {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_kind_is_recognized_and_emits_its_relations() {
    let expected: [(&str, KnownKind, &[&str]); 15] = [
        ("API", KnownKind::Api, &["ownedBy/ownerOf user:sales/ada", "partOf/hasPart system:sales/sales"]),
        (
            "API/mcp-server",
            KnownKind::Api,
            &["ownedBy/ownerOf group:default/team-a", "partOf/hasPart system:default/sales"],
        ),
        (
            "AiResource/marketplace",
            KnownKind::AiResource,
            &[
                "ownedBy/ownerOf group:default/team-a",
                "partOf/hasPart system:default/sales",
                "hasPart/partOf airesource:default/one",
            ],
        ),
        (
            "AiResource/other",
            KnownKind::AiResource,
            &["ownedBy/ownerOf group:default/team-a", "partOf/hasPart system:default/sales"],
        ),
        (
            "AiResource/plugin",
            KnownKind::AiResource,
            &[
                "ownedBy/ownerOf group:default/team-a",
                "partOf/hasPart system:default/sales",
                "hasPart/partOf airesource:default/one",
            ],
        ),
        (
            "AiResource/rule",
            KnownKind::AiResource,
            &["ownedBy/ownerOf group:default/team-a", "partOf/hasPart system:default/sales"],
        ),
        (
            "AiResource/skill",
            KnownKind::AiResource,
            &[
                "ownedBy/ownerOf group:default/team-a",
                "partOf/hasPart system:default/sales",
                "dependsOn/dependencyOf airesource:default/other-skill",
            ],
        ),
        (
            "Component",
            KnownKind::Component,
            &[
                "ownedBy/ownerOf group:default/team-a",
                "partOf/hasPart component:default/portal",
                "providesApi/apiProvidedBy api:default/orders",
                "consumesApi/apiConsumedBy api:default/stock",
                "dependsOn/dependencyOf resource:default/db",
                "dependencyOf/dependsOn component:default/till",
                "partOf/hasPart system:default/sales",
            ],
        ),
        (
            "Domain",
            KnownKind::Domain,
            &["ownedBy/ownerOf group:default/team-a", "partOf/hasPart domain:default/all"],
        ),
        (
            "Group",
            KnownKind::Group,
            &[
                "childOf/parentOf group:default/staff",
                "parentOf/childOf group:default/team-a1",
                "hasMember/memberOf user:default/ada",
            ],
        ),
        ("Location", KnownKind::Location, &[]),
        (
            "Resource",
            KnownKind::Resource,
            &[
                "ownedBy/ownerOf group:default/team-a",
                "dependsOn/dependencyOf component:default/disk",
                "dependencyOf/dependsOn component:default/shop",
                "partOf/hasPart system:default/sales",
            ],
        ),
        (
            "System",
            KnownKind::System,
            &["ownedBy/ownerOf group:default/team-a", "partOf/hasPart domain:default/trade"],
        ),
        ("Template", KnownKind::Template, &["ownedBy/ownerOf group:default/team-a"]),
        ("User", KnownKind::User, &["memberOf/hasMember group:default/team-a"]),
    ];
    let bases = bases();
    for (base, kind, relations) in expected {
        let (entity, edges) = take(bases[base].clone()).expect(base);
        assert_eq!(entity.recognize(), Ok(kind), "{base}");
        let found: Vec<String> =
            edges.iter().map(|edge| format!("{}/{} {}", edge.forward, edge.reverse, edge.target)).collect();
        assert_eq!(found, relations, "{base}");
    }
}

#[test]
fn refs_outside_the_kinds_an_ai_resource_may_name_are_passed_over() {
    let base = &bases()["AiResource/plugin"];
    let document =
        changed(base, "/spec/skills", Some(&serde_json::json!(["component:a", "b", "AIResource:x/C"])));
    let (_, edges) = take(document).expect("an entity");
    assert_eq!(shown(&edges)[2..], ["hasPart airesource:default/b", "hasPart airesource:x/c"]);
}
