//! Laws of the index, over random entities, predicates and changes: it agrees with the slow oracle in
//! `model`, applying changes equals building anew, and pages visit everything once.

use std::collections::BTreeMap;

use catalog::index::{FacetValue, Index, Snapshot};
use catalog::query::{self, ByQuery, FacetsQuery};
use model::entity::{Attributes, search_rows};
use model::{AttrTest, Change, EntityRef, Folded, Predicate, RowTest, StoredEntity, ValueTest};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const NAMES: [&str; 6] = ["pay", "Pay-2", "ledger", "a.b", "search", "x"];
const WORDS: [&str; 12] = [
    "true",
    "Alpha",
    "alpha",
    "ALPHA beta",
    "b",
    "",
    "β",
    "ΣΑΣ",
    "1",
    "group:default/a",
    "user:default/Ada",
    "é\"\\x",
];

/// A value somewhere in a spec: few words, so that they collide.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => prop::sample::select(&WORDS[..]).prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => prop_oneof![Just(json!(1)), Just(json!(-0.5)), Just(json!(1e21)), Just(json!(1.0)), Just(json!(1e-7))],
        1 => Just(Value::from("long ".repeat(50))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            objects(inner).prop_map(Value::from),
        ]
    })
}

fn objects(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let keys =
        prop::sample::select(&["type", "system", "lifecycle", "a", "a.b", "b", "tags", "Owner", "Σ", ""][..]);
    prop::collection::vec((keys, inner), 0..4)
        .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn texts(keys: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        9 => prop::sample::select(&WORDS[..]).prop_map(Value::from),
        1 => Just(Value::from("long ".repeat(50))),
        1 => Just(Value::Null),
    ];
    prop::collection::vec((prop::sample::select(keys), value), 0..4)
        .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

const ANNOTATIONS: [&str; 5] = ["example.com/Id", "example.com/id", "b", "example.com/id.b", "sub"];

prop_compose! {
    fn bodies()(
        kind in prop::sample::select(&["Component", "API", "Group"][..]),
        namespace in prop::sample::select(&["default", "prod"][..]),
        name in prop::sample::select(&NAMES[..]),
        title in prop::option::of(prop::sample::select(&WORDS[..])),
        labels in texts(&["tier", "Tier", "example.com/a"]),
        annotations in texts(&ANNOTATIONS),
        tags in prop::option::of(prop::collection::vec(values(), 0..3)),
        spec in objects(values()),
        owners in prop::collection::vec(
            prop::sample::select(&["group:default/a", "user:default/Ada", "Group:default/A", "none"][..]), 0..3),
        extra in prop::option::weighted(0.1, values()),
        odd in prop::option::weighted(0.1, values()),
    ) -> Value {
        let mut metadata = json!({ "name": name, "namespace": namespace, "etag": "e", "labels": labels,
            "annotations": annotations });
        if let Some(title) = title {
            metadata["title"] = json!(title);
        }
        if let Some(tags) = tags {
            metadata["tags"] = json!(tags);
        }
        if let Some(odd) = odd {
            metadata["annotations.example.com/id"] = odd;
        }
        let relations: Vec<Value> =
            owners.iter().map(|owner| json!({ "type": "ownedBy", "targetRef": owner })).collect();
        let mut body = json!({ "apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec,
            "relations": relations, "status": { "items": [{ "a": "alpha" }] } });
        if let Some(extra) = extra {
            body["metadata.annotations"] = json!({ "example.com/id": extra });
        }
        body
    }
}

/// Stitched entities whose rows the oracle accepts, each with its own ref.
fn entities(max: usize) -> impl Strategy<Value = Vec<StoredEntity>> {
    prop::collection::vec((bodies(), any::<[u8; 16]>()), 0..max).prop_map(|made| {
        let made = made.into_iter().filter_map(|(body, uid)| stored(body, uid));
        let by_ref: BTreeMap<EntityRef, StoredEntity> =
            made.map(|entity| (entity.entity_ref.clone(), entity)).collect();
        let mut uids = std::collections::HashSet::new();
        by_ref.into_values().filter(|entity| uids.insert(entity.uid.clone())).collect()
    })
}

fn stored(mut body: Value, uid: [u8; 16]) -> Option<StoredEntity> {
    let uid = uuid::Uuid::from_bytes(uid).to_string();
    body["metadata"]["uid"] = json!(uid);
    search_rows(&body).ok()?;
    let entity_ref = Attributes::from_stitched(&body).ok()?.entity_ref;
    Some(StoredEntity {
        entity_ref,
        uid: uid.as_str().into(),
        etag: "e".into(),
        body: body.to_string().into(),
        edges: Vec::new(),
        location_key: "".into(),
        origin: "".into(),
        parents: Vec::new(),
        source_hash: "".into(),
        problems: Vec::new(),
    })
}

fn keys() -> impl Strategy<Value = Folded> {
    prop::sample::select(
        &[
            "kind",
            "metadata.name",
            "metadata.title",
            "metadata.tags",
            "metadata.tags.alpha",
            "metadata.labels.tier",
            "metadata.annotations.example.com/id",
            "metadata.annotations.example.com/id.b",
            "metadata.annotations.b",
            "spec.a",
            "spec.a.b",
            "spec.a.b.true",
            "spec.a.alpha",
            "spec.type",
            "spec.tags",
            "spec.σ",
            "spec.σ.σας",
            "spec.a.σας",
            "spec.b.",
            "spec.",
            "relations.ownedby",
            "status.items.a",
            "nothing",
        ][..],
    )
    .prop_map(Folded::new)
}

fn words() -> impl Strategy<Value = Folded> {
    prop_oneof![
        prop::sample::select(&WORDS[..]).prop_map(Folded::new),
        prop::sample::select(&["al", "a", "t", "component", "pay-", "1e+21", "0", "σα"][..])
            .prop_map(Folded::new),
    ]
}

fn predicates() -> impl Strategy<Value = Predicate> {
    let test = prop_oneof![
        Just(ValueTest::Exists),
        prop::collection::vec(words(), 0..3).prop_map(ValueTest::In),
        words().prop_map(ValueTest::Prefix),
        words().prop_map(ValueTest::Contains),
    ];
    let row = (prop::collection::vec(keys(), 1..3), test)
        .prop_map(|(keys, test)| Predicate::Row(RowTest { keys, test }));
    let word = || prop::sample::select(&WORDS[..]).prop_map(str::to_owned);
    let list = || prop::collection::vec(word(), 0..3);
    let owner = prop::sample::select(
        &["group:default/a", "user:default/ada", "system:default/b", "system:prod/b"][..],
    )
    .prop_map(|text| text.parse::<EntityRef>().expect("a ref"));
    let owners = prop::collection::vec(owner, 0..3);
    let names = prop::collection::vec(prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 0..3);
    let attr = prop_oneof![
        prop::sample::select(&NAMES[..]).prop_map(|name| AttrTest::Ref(vec![EntityRef::new(
            "component",
            "default",
            name
        )])),
        prop::sample::select(&["component", "Component", "api"][..])
            .prop_map(|kind| AttrTest::Kind(vec![kind.into()])),
        prop::sample::select(&["default", "prod"][..])
            .prop_map(|text| AttrTest::Namespace(vec![text.into()])),
        names.prop_map(AttrTest::Name),
        owners.clone().prop_map(AttrTest::Owner),
        owners.prop_map(AttrTest::System),
        (prop::sample::select(&["tier", "Tier", "example.com/a"][..]), prop::option::of(word()))
            .prop_map(|(key, value)| AttrTest::Label(key.into(), value)),
        (prop::sample::select(&ANNOTATIONS[..]), prop::option::of(word()))
            .prop_map(|(key, value)| AttrTest::Annotation(key.into(), value)),
        word().prop_map(AttrTest::Tag),
        list().prop_map(AttrTest::Type),
        list().prop_map(AttrTest::Lifecycle),
    ];
    prop_oneof![3 => row, 2 => attr.prop_map(Predicate::Attr)].prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Predicate::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Predicate::Any),
            inner.prop_map(|part| Predicate::Not(Box::new(part))),
        ]
    })
}

fn selected(snapshot: &Snapshot, predicate: &Predicate) -> Vec<String> {
    let mut refs: Vec<String> =
        snapshot.select(predicate).iter().map(|slot| snapshot.ref_text(slot).to_owned()).collect();
    refs.sort();
    refs
}

fn expected(entities: &[StoredEntity], predicate: &Predicate) -> Vec<String> {
    let holds = |entity: &&StoredEntity| {
        let body = serde_json::from_str(&entity.body).expect("JSON");
        let rows = search_rows(&body).expect("accepted before");
        predicate.matches(&rows, &Attributes::from_stitched(&body).expect("a ref"))
    };
    entities.iter().filter(holds).map(|entity| entity.entity_ref.to_string()).collect()
}

fn expected_facet(entities: &[StoredEntity], key: &Folded) -> Vec<FacetValue> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for entity in entities {
        let body = serde_json::from_str(&entity.body).expect("JSON");
        for row in search_rows(&body).expect("accepted before") {
            if row.key == key.as_str()
                && let Some(original) = row.original
            {
                *counts.entry(original).or_default() += 1;
            }
        }
    }
    counts.into_iter().map(|(value, count)| FacetValue { value, count }).collect()
}

fn build(entities: &[StoredEntity]) -> Index {
    Index::build(entities.to_vec(), 0).expect("sound entities")
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts.filter_map(|part| part.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

fn page(snapshot: &std::sync::Arc<Snapshot>, query: &[(String, String)]) -> Value {
    let query = ByQuery::parse(query).expect("a sound query");
    let body = query::by_query(snapshot, &Predicate::TRUE, &query).into_bytes();
    serde_json::from_slice(&body).expect("an answer is JSON")
}

fn uids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["metadata"]["uid"].as_str().expect("a uid").to_owned()).collect()
}

/// Walks to the last page and back to the first; gives what was seen each way.
fn walk(
    order: &str,
    limit: usize,
    mut snapshot: impl FnMut() -> std::sync::Arc<Snapshot>,
) -> (Vec<String>, Vec<String>) {
    let (mut there, mut back) = (Vec::new(), Vec::new());
    let mut query = pairs(&format!("limit={limit}{order}"));
    let mut last;
    loop {
        last = page(&snapshot(), &query);
        there.extend(uids(&last));
        assert!(there.len() < 1000, "pages end");
        match last["pageInfo"].get("nextCursor").and_then(Value::as_str) {
            Some(cursor) => {
                query = vec![("limit".into(), limit.to_string()), ("cursor".into(), cursor.into())];
            }
            None => break,
        }
    }
    back.extend(uids(&last));
    while let Some(cursor) = last["pageInfo"].get("prevCursor").and_then(Value::as_str) {
        last = page(&snapshot(), &[("limit".into(), limit.to_string()), ("cursor".into(), cursor.into())]);
        let mut seen = uids(&last);
        seen.append(&mut back);
        back = seen;
        assert!(back.len() < 1000, "pages end");
    }
    (there, back)
}

/// The first page's only item goes away, and what alone has its value then comes next.
#[test]
fn a_page_goes_on_from_what_is_gone() {
    let entity = |name: &str, namespace: &str, uid: u8| {
        let metadata = json!({"name": name, "namespace": namespace, "etag": "e"});
        let body = json!({"apiVersion": "v1", "kind": "Component", "metadata": metadata, "spec": {}, "relations": []});
        stored(body, [uid; 16]).expect("a sound entity")
    };
    let (stays, goes) = (entity("x", "default", 0), entity("x", "prod", 2));
    let index = build(&[stays.clone(), entity("pay", "prod", 1), goes.clone()]);
    let first = page(&index.snapshot(), &pairs("limit=1&orderField=metadata.name,desc"));
    assert_eq!(uids(&first), [goes.uid.to_string()]);
    index.apply(&Change { upserts: Vec::new(), deletes: vec![goes.entity_ref] }, 1).expect("sound");
    let cursor = first["pageInfo"]["nextCursor"].as_str().expect("a cursor");
    let next = page(&index.snapshot(), &[("limit".into(), "1".into()), ("cursor".into(), cursor.into())]);
    assert_eq!(uids(&next), [stays.uid.to_string()]);
}

/// Whether the way back had nowhere to begin.
fn last_was_empty(there: &[String], back: &[String]) -> bool {
    !there.is_empty() && back.is_empty()
}

const ORDERS: [&str; 9] = [
    "",
    "&orderField=metadata.name",
    "&orderField=metadata.name,desc",
    "&orderField=kind,desc",
    "&orderField=kind,asc",
    "&orderField=spec.a",
    "&orderField=spec.a,desc",
    "&orderField=metadata.tags,asc",
    "&orderField=spec.a.b,desc",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn selecting_is_asking_each(entities in entities(24), predicates in prop::collection::vec(predicates(), 12)) {
        let snapshot = build(&entities).snapshot();
        for predicate in predicates {
            let selection = snapshot.select(&predicate);
            prop_assert_eq!(selected(&snapshot, &predicate), expected(&entities, &predicate), "{:?}", predicate);
            for slot in snapshot.select(&Predicate::TRUE) {
                prop_assert_eq!(snapshot.holds(slot, &predicate), selection.contains(slot), "{:?}", predicate);
            }
        }
    }

    #[test]
    fn facets_count_rows(entities in entities(24), key in keys()) {
        let snapshot = build(&entities).snapshot();
        let all = snapshot.select(&Predicate::TRUE);
        prop_assert_eq!(snapshot.facet(key.as_str(), &all), expected_facet(&entities, &key));
    }

    #[test]
    fn applying_changes_is_building_anew(
        start in entities(16),
        changes in prop::collection::vec((entities(6), prop::collection::vec(any::<prop::sample::Index>(), 0..3)), 1..5),
        predicates in prop::collection::vec(predicates(), 6),
    ) {
        let index = build(&start);
        let mut now: BTreeMap<EntityRef, StoredEntity> =
            start.into_iter().map(|entity| (entity.entity_ref.clone(), entity)).collect();
        for (sequence, (upserts, gone)) in (1..).zip(changes) {
            let refs: Vec<EntityRef> = now.keys().cloned().collect();
            let gone = gone.iter().filter(|_| !refs.is_empty()).map(|at| refs[at.index(refs.len())].clone());
            let deletes: Vec<EntityRef> =
                gone.filter(|gone| upserts.iter().all(|entity| entity.entity_ref != *gone)).collect();
            for deleted in &deletes {
                now.remove(deleted);
            }
            now.extend(upserts.iter().map(|entity| (entity.entity_ref.clone(), entity.clone())));
            // Orders that were kept before must not be used after.
            for order in ORDERS {
                page(&index.snapshot(), &pairs(&format!("limit=5{order}")));
            }
            index.apply(&Change { upserts, deletes }, sequence).expect("sound entities");
        }
        let entities: Vec<StoredEntity> = now.into_values().collect();
        let applied = index.snapshot();
        let built = build(&entities).snapshot();
        prop_assert_eq!(applied.len(), entities.len());
        for predicate in predicates {
            prop_assert_eq!(selected(&applied, &predicate), expected(&entities, &predicate), "{:?}", predicate);
        }
        for key in ["kind", "metadata.tags", "spec.a", "spec.a.b", "relations.ownedby", "metadata.title"] {
            let facets = |snapshot: &Snapshot| snapshot.facet(key, &snapshot.select(&Predicate::TRUE));
            prop_assert_eq!(facets(&applied), facets(&built), "{}", key);
        }
        for order in ORDERS {
            let query = pairs(&format!("limit=100{order}"));
            prop_assert_eq!(page(&applied, &query), page(&built, &query), "{}", order);
        }
        for entity in &entities {
            let found = applied.find(&entity.entity_ref).map(|slot| applied.body(slot).clone());
            prop_assert_eq!(found.as_deref(), Some(&*entity.body));
            prop_assert_eq!(applied.find_uid(&entity.uid), applied.find(&entity.entity_ref));
        }
    }

    #[test]
    fn pages_visit_everything_once_and_back(entities in entities(24), order in prop::sample::select(&ORDERS[..]), limit in 1_usize..7) {
        let snapshot = build(&entities).snapshot();
        let all = page(&snapshot, &pairs(&format!("limit=1000{order}")));
        let (there, back) = walk(order, limit, || snapshot.clone());
        prop_assert_eq!(&there, &uids(&all));
        prop_assert_eq!(&back, &uids(&all));
        prop_assert_eq!(all["totalItems"].as_u64(), Some(there.len() as u64));
    }

    #[test]
    fn pages_hold_while_others_change(
        fixed in entities(16),
        passing in entities(16),
        order in prop::sample::select(&ORDERS[..]),
        limit in 1_usize..5,
    ) {
        let passing: Vec<StoredEntity> = passing
            .into_iter()
            .filter(|entity| fixed.iter().all(|other| other.entity_ref != entity.entity_ref && other.uid != entity.uid))
            .collect();
        let index = build(&fixed);
        let wanted = uids(&page(&index.snapshot(), &pairs(&format!("limit=1000{order}"))));
        let mut sequence = 0;
        let (there, back) = walk(order, limit, || {
            sequence += 1;
            // Others come and go between pages.
            let at = usize::try_from(sequence).expect("small");
            let change = match passing.get(at / 2 % passing.len().max(1)) {
                Some(one) if sequence % 2 == 1 => Change { upserts: vec![one.clone()], deletes: Vec::new() },
                Some(one) => Change { upserts: Vec::new(), deletes: vec![one.entity_ref.clone()] },
                None => Change::default(),
            };
            index.apply(&change, sequence).expect("sound entities");
            index.snapshot()
        });
        let of_fixed = |seen: &[String]| -> Vec<String> {
            seen.iter().filter(|uid| wanted.contains(uid)).cloned().collect()
        };
        prop_assert_eq!(of_fixed(&there), wanted.clone());
        // A page that came out empty, because all that was left went away, has no way back.
        if !last_was_empty(&there, &back) {
            prop_assert_eq!(of_fixed(&back), wanted);
        }
    }

    #[test]
    fn what_scope_hides_shows_nowhere(entities in entities(24), scope in predicates()) {
        let snapshot = build(&entities).snapshot();
        let seen = expected(&entities, &scope);
        let query = ByQuery::parse(&pairs("orderField=metadata.name&limit=1000")).expect("a sound query");
        let body = query::by_query(&snapshot, &scope, &query).into_bytes();
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        prop_assert_eq!(body["totalItems"].as_u64(), Some(seen.len() as u64));
        let query = FacetsQuery::parse(&pairs("facet=metadata.uid")).expect("a sound query");
        let facets: Value = serde_json::from_slice(&query::facets(&snapshot, &scope, &query)).expect("JSON");
        prop_assert_eq!(facets["facets"]["metadata.uid"].as_array().map(Vec::len), Some(seen.len()));
        for entity in &entities {
            let own = &entity.entity_ref;
            let found = query::by_name(&snapshot, &scope, own.kind(), own.namespace(), own.name()).is_ok();
            prop_assert_eq!(found, seen.contains(&own.to_string()));
            prop_assert_eq!(query::by_uid(&snapshot, &scope, &entity.uid).is_ok(), found);
            let ancestry = query::ancestry(&snapshot, &scope, own.kind(), own.namespace(), own.name());
            prop_assert_eq!(ancestry.is_ok(), found);
        }
    }
}
