//! Thousands of entities: values fill many blocks, most of them occur once, and an index that grew
//! change by change must still answer as one that was built at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::index::{Index, Snapshot};
use catalog::query::{self, ByQuery};
use model::entity::search_rows;
use model::{AttrTest, Change, EntityRef, Predicate, StoredEntity, ValueTest};
use serde_json::{Value, json};

const COUNT: usize = 3000;

/// Numbers that look random and are the same every run.
fn scatter(number: usize) -> usize {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

fn entity(number: usize, edition: usize) -> StoredEntity {
    let name = format!("Component-{:05}", scatter(number) % 100_000 * 3 + number % 3);
    let uid = uuid::Uuid::from_u128((scatter(number + 7) as u128) << 64 | number as u128).to_string();
    let word = ["alpha", "Beta", "gamma", "Größe"][scatter(number + edition) % 4];
    let kind = if number.is_multiple_of(2) { "service" } else { "Website" };
    let body = json!({
        "apiVersion": "v1",
        "kind": if number.is_multiple_of(5) { "API" } else { "Component" },
        "metadata": {
            "name": name, "namespace": "default", "uid": uid,
            "title": format!("The {word} \"{}\"", scatter(number) % 900),
            "annotations": { "example.com/Rank": (scatter(number + edition) % 5000).to_string() },
            "tags": [word.to_lowercase(), format!("t{}", number % 40)],
        },
        "spec": { "type": kind, "same": format!("S{}", (number / 2) % 2), "notes": format!("{edition}\n{number}") },
        "relations": [{ "type": "ownedBy", "targetRef": format!("group:default/team-{}", number % 60) }],
    });
    StoredEntity {
        entity_ref: EntityRef::new(body["kind"].as_str().expect("a kind"), "default", &name),
        uid: uid.into(),
        etag: "".into(),
        body: body.to_string().into(),
        edges: Vec::new(),
        location_key: "".into(),
        origin: "".into(),
        parents: Vec::new(),
        source_hash: "".into(),
        problems: Vec::new(),
    }
}

/// Distinct entities, in no order.
fn entities(edition: usize) -> BTreeMap<EntityRef, StoredEntity> {
    let all = (0..COUNT).map(|number| entity(number, edition));
    all.map(|entity| (entity.entity_ref.clone(), entity)).collect()
}

fn list(snapshot: &Arc<Snapshot>, order: &str) -> Vec<u8> {
    let pairs: Vec<(String, String)> = [("limit", "100000"), ("orderField", order)]
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let query = ByQuery::parse(&pairs).expect("a sound query");
    query::by_query(snapshot, &Predicate::TRUE, &query).into_bytes().to_vec()
}

fn assert_same(one: &Arc<Snapshot>, other: &Arc<Snapshot>) {
    for order in ["", "metadata.name", "metadata.title,desc", "spec.type", "metadata.tags", "spec.notes,desc"]
    {
        assert!(list(one, order) == list(other, order), "ordered by {order}");
    }
    let keys = [
        "kind",
        "metadata.name",
        "metadata.title",
        "metadata.annotations.example.com/rank",
        "metadata.tags",
        "metadata.tags.t7",
        "spec.type",
        "spec.notes",
        "metadata.uid",
        "relations.ownedby",
    ];
    for key in keys {
        let facet = |snapshot: &Snapshot| snapshot.facet(key, &snapshot.select(&Predicate::TRUE));
        assert_eq!(facet(one), facet(other), "{key}");
    }
    let annotation = AttrTest::Annotation("example.com/Rank".into(), Some("17".into()));
    let tests = [
        Predicate::equals("metadata.title", "the GRÖSSE \"17\""),
        Predicate::row("metadata.title", ValueTest::Contains(model::Folded::new("größe \"1"))),
        Predicate::row("metadata.name", ValueTest::Prefix(model::Folded::new("Component-01"))),
        Predicate::Attr(annotation),
        Predicate::Attr(AttrTest::Owner(vec![EntityRef::new("group", "default", "team-3")])),
        Predicate::Attr(AttrTest::Type(vec!["Website".into()])),
        Predicate::Attr(AttrTest::Type(vec!["website".into()])),
    ];
    for test in tests {
        let refs = |snapshot: &Snapshot| {
            let mut refs: Vec<String> =
                snapshot.select(&test).iter().map(|slot| snapshot.ref_text(slot).to_owned()).collect();
            refs.sort();
            refs
        };
        assert_eq!(refs(one), refs(other), "{test:?}");
    }
}

#[test]
fn growing_is_building_at_once() {
    let (old, new) = (entities(0), entities(1));
    let grown = Index::default();
    let mut sequence = 0;
    let mut apply = |upserts: Vec<StoredEntity>, deletes: Vec<EntityRef>| {
        sequence += 1;
        grown.apply(&Change { upserts, deletes }, sequence).expect("sound entities");
    };
    let mut shuffled: Vec<&StoredEntity> = old.values().collect();
    shuffled.sort_by_key(|entity| &entity.uid);
    for part in shuffled.chunks(271) {
        apply(part.iter().map(|entity| (*entity).clone()).collect(), Vec::new());
    }
    assert_same(&grown.snapshot(), &Index::build(old.values().cloned(), 0).expect("sound").snapshot());

    // Every third goes away, every fifth is another edition, and some of those gone come back.
    let gone: Vec<EntityRef> = old.keys().step_by(3).cloned().collect();
    for part in gone.chunks(97) {
        apply(Vec::new(), part.to_vec());
    }
    apply(new.values().step_by(5).cloned().collect(), Vec::new());
    let mut expected: BTreeMap<EntityRef, StoredEntity> = old;
    expected.retain(|entity_ref, _| gone.binary_search(entity_ref).is_err());
    expected.extend(new.iter().step_by(5).map(|(entity_ref, entity)| (entity_ref.clone(), entity.clone())));
    let built = Index::build(expected.values().cloned(), 0).expect("sound");
    assert_same(&grown.snapshot(), &built.snapshot());
}

#[test]
fn facets_of_thousands_count_rows() {
    let entities = entities(0);
    let snapshot = Index::build(entities.values().cloned(), 0).expect("sound").snapshot();
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for entity in entities.values() {
        let body: Value = serde_json::from_str(&entity.body).expect("JSON");
        for row in search_rows(&body).expect("no clashes") {
            if let Some(original) = row.original {
                *counts.entry((row.key, original)).or_default() += 1;
            }
        }
    }
    let all = snapshot.select(&Predicate::TRUE);
    let mut keys: Vec<&String> = counts.keys().map(|(key, _)| key).collect();
    keys.dedup();
    for key in keys {
        let expected =
            counts.range((key.clone(), String::new())..).take_while(|((found, _), _)| found == key);
        let expected: Vec<(&str, u64)> =
            expected.map(|((_, value), count)| (value.as_str(), *count)).collect();
        let found = snapshot.facet(key, &all);
        let found: Vec<(&str, u64)> = found.iter().map(|facet| (facet.value.as_str(), facet.count)).collect();
        assert_eq!(found, expected, "{key}");
    }
}
