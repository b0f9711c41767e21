//! What requests are refused with, and the answers' forms, over a handful of entities.

use std::sync::Arc;

use catalog::index::{Index, IndexError, Snapshot};
use catalog::query::{self, ByQuery, ByRefs, EntitiesQuery, FacetsQuery, QueryError};
use model::{Change, EntityRef, Predicate, StoredEntity};
use serde_json::{Value, json};

fn entity(number: u32, kind: &str, name: &str, extra: &Value, parents: &[&str]) -> StoredEntity {
    let uid = format!("00000000-0000-4000-8000-{number:012}");
    let mut body = json!({ "apiVersion": "v1", "kind": kind,
        "metadata": { "name": name, "namespace": "default", "uid": uid }, "spec": {}, "relations": [] });
    for (key, value) in extra.as_object().into_iter().flatten() {
        body["spec"][key] = value.clone();
    }
    StoredEntity {
        entity_ref: EntityRef::new(kind, "default", name),
        uid: uid.into(),
        etag: "".into(),
        body: body.to_string().into(),
        edges: Vec::new(),
        location_key: "".into(),
        origin: "".into(),
        parents: parents.iter().map(|parent| parent.parse().expect("a ref")).collect(),
        source_hash: "".into(),
        problems: Vec::new(),
    }
}

fn snapshot() -> Arc<Snapshot> {
    let entities = vec![
        entity(5, "Location", "top", &json!({}), &[]),
        entity(4, "Location", "root", &json!({}), &["location:default/top", "location:default/gone"]),
        entity(3, "Component", "Cart", &json!({ "type": "service", "size": 10 }), &["location:default/root"]),
        entity(
            2,
            "Component",
            "search",
            &json!({ "type": "website", "size": 9 }),
            &["location:default/root"],
        ),
        entity(1, "API", "cart-api", &json!({ "size": null }), &["location:default/root"]),
    ];
    Index::build(entities, 0).expect("sound entities").snapshot()
}

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn names(value: &Value) -> Vec<&str> {
    let items = value.get("items").unwrap_or(value).as_array().expect("a list");
    items.iter().map(|item| item["metadata"]["name"].as_str().unwrap_or("null")).collect()
}

fn entities(query: &str) -> (Value, Option<String>) {
    let query = EntitiesQuery::parse(&pairs(query)).expect("a sound query");
    let answer = query::entities(&snapshot(), &Predicate::TRUE, &query);
    let expected = answer.body.exact_len();
    let bytes = answer.body.into_bytes();
    assert!(expected.is_none_or(|expected| expected == bytes.len()));
    (serde_json::from_slice(&bytes).expect("JSON"), answer.link)
}

fn by_query(query: &str) -> Value {
    let query = ByQuery::parse(&pairs(query)).expect("a sound query");
    serde_json::from_slice(&query::by_query(&snapshot(), &Predicate::TRUE, &query).into_bytes())
        .expect("JSON")
}

#[test]
fn parameters_are_refused_as_the_reference_refuses_them() {
    let entities = |query: &str| EntitiesQuery::parse(&pairs(query)).expect_err("a bad query").to_string();
    assert_eq!(entities("nope=1"), "Unknown query parameter 'nope'");
    assert_eq!(entities("filter="), "Empty value found for query parameter 'filter'");
    assert_eq!(entities("limit=1.5"), "request/query/limit must be integer");
    assert_eq!(entities("limit=1&limit=2"), "request/query/limit must be integer");
    assert_eq!(entities("limit=-"), "request/query/limit must be integer");
    assert_eq!(entities("offset=-1"), "request/query/offset must be >= 0");
    assert_eq!(entities("limit=0"), "Invalid limit, must be greater than zero");
    assert_eq!(entities("after=a&after=b"), "request/query/after must be string");
    assert_eq!(entities("after=%7B"), "Malformed after cursor, could not be parsed");
    assert_eq!(
        entities("order=asc:"),
        "Invalid order parameter \"asc:\", expected \"<asc or desc>:<field name>\""
    );
    let by_query = |query: &str| ByQuery::parse(&pairs(query)).expect_err("a bad query").to_string();
    assert_eq!(by_query("orderField=a,up"), "Invalid order field order, must be asc or desc");
    assert_eq!(
        by_query("totalItems=some"),
        "request/query/totalItems must be equal to one of the allowed values: include, exclude"
    );
    assert_eq!(by_query("cursor="), "Empty value found for query parameter 'cursor'");
    let facets = |query: &str| FacetsQuery::parse(&pairs(query)).expect_err("a bad query").to_string();
    assert_eq!(facets("filter=kind"), "request/query must have required property 'facet'");
    assert!(query::no_parameters(&pairs("a=b")).is_err());
}

#[test]
fn bodies_are_refused_as_the_reference_refuses_them() {
    let by_query = |body: Value| ByQuery::parse_body(Some(&body)).expect_err("a bad body").to_string();
    assert_eq!(by_query(json!([])), "request/body must be object");
    assert_eq!(by_query(json!({ "limit": "x" })), "request/body/limit must be number");
    assert_eq!(by_query(json!({ "limit": -1 })), "request/body/limit must be >= 0");
    assert_eq!(by_query(json!({ "offset": 0.5 })), "request/body/offset must be integer");
    assert_eq!(by_query(json!({ "cursor": "" })), "Cursor cannot be empty");
    assert_eq!(by_query(json!({ "query": [] })), "request/body/query must be object");
    assert_eq!(by_query(json!({ "fields": [1] })), "request/body/fields/0 must be string");
    assert_eq!(
        by_query(json!({ "orderBy": [{ "order": "asc" }] })),
        "request/body/orderBy/0 must have required property 'field'"
    );
    assert_eq!(
        by_query(json!({ "orderBy": [{ "field": "a", "order": "up" }] })),
        "request/body/orderBy/0/order must be equal to one of the allowed values: asc, desc"
    );
    assert_eq!(
        by_query(json!({ "fullTextFilter": { "term": 1 } })),
        "request/body/fullTextFilter/term must be string"
    );
    let by_refs =
        |body: Option<Value>| ByRefs::parse(&[], body.as_ref()).expect_err("a bad body").to_string();
    assert_eq!(by_refs(None), "request/body must have required property 'entityRefs'");
    assert_eq!(by_refs(Some(json!({ "entityRefs": "x" }))), "request/body/entityRefs must be array");
    let facets = |body: Value| FacetsQuery::parse_body(Some(&body)).expect_err("a bad body").to_string();
    assert_eq!(facets(json!({})), "request/body must have required property 'facets'");
    assert_eq!(facets(json!({ "facets": [""] })), "Missing or empty facets parameter");
}

#[test]
fn pages_by_offset_link_to_the_next() {
    let (body, link) = entities("limit=2&filter=kind%3Dcomponent,kind%3Dapi&offset=0");
    assert_eq!(names(&body), ["cart-api", "Cart"]);
    let after = "eyJsaW1pdCI6Miwib2Zmc2V0IjoyfQ%3D%3D";
    let link = link.expect("there are more");
    assert_eq!(
        link,
        format!("</entities?limit=2&filter=kind%3Dcomponent%2Ckind%3Dapi&after={after}>; rel=\"next\"")
    );
    let next = link.split(['?', '>']).nth(1).expect("a query");
    let (body, link) = entities(next);
    assert_eq!((names(&body), link), (vec!["search"], None));
    let (_, link) = entities("limit=1&after=eyJsaW1pdCI6MX0&order=asc:kind");
    assert!(
        link.expect("there are more")
            .starts_with("</entities?limit=1&after=eyJsaW1pdCI6MSwib2Zmc2V0IjoxfQ%3D%3D&order=asc%3Akind>")
    );
}

#[test]
fn lists_come_by_uid_and_ordered_lists_leave_out_what_lacks_the_field() {
    assert_eq!(names(&entities("").0), ["cart-api", "search", "Cart", "root", "top"]);
    assert_eq!(names(&entities("order=asc:spec.size").0), ["Cart", "search"]);
    assert_eq!(names(&entities("order=desc:spec.size").0), ["search", "Cart"]);
    // A page has them, last whichever way.
    assert_eq!(names(&entities("order=desc:spec.size&limit=4").0), ["search", "Cart", "cart-api", "root"]);
    assert_eq!(
        names(&entities("order=asc:kind&order=desc:metadata.name&offset=1").0),
        ["search", "Cart", "top", "root"]
    );
    assert_eq!(
        names(&entities("order=asc:kind&order=desc:metadata.name&offset=1&limit=2").0),
        ["search", "Cart"]
    );
}

#[test]
fn counting_needs_no_items() {
    let counted = by_query("limit=0&filter=kind=component");
    assert_eq!(counted, json!({ "items": [], "totalItems": 2, "pageInfo": {} }));
    assert_eq!(by_query("totalItems=exclude")["totalItems"], 0);
    // A null value is no value to order by.
    assert_eq!(by_query("orderField=spec.size")["totalItems"], 2);
}

#[test]
fn full_text_looks_in_the_fields_named_or_else_in_the_order() {
    assert_eq!(
        names(&by_query("fullTextFilterTerm=%20CAR%20&orderField=metadata.name,desc")),
        ["cart-api", "Cart"]
    );
    assert_eq!(
        names(&by_query("fullTextFilterTerm=serv&fullTextFilterFields=metadata.name,Spec.Type")),
        ["Cart"]
    );
    assert_eq!(names(&by_query("fullTextFilterTerm=cart")), Vec::<&str>::new());
    assert_eq!(names(&by_query("fullTextFilterTerm=0002")), ["search"]);
    // Wildcards of the reference's database are plain letters here.
    assert_eq!(names(&by_query("fullTextFilterTerm=%25&orderField=kind")), Vec::<&str>::new());
}

#[test]
fn refs_are_answered_in_order_with_null_for_what_is_not_there() {
    let refs = ["api:default/cart-api", "Component:default/Cart", "component:default/cart", "nonsense"];
    let query =
        ByRefs::parse(&pairs("filter=kind=component"), Some(&json!({ "entityRefs": refs }))).expect("sound");
    let few = query::by_refs(&snapshot(), &Predicate::TRUE, &query).into_bytes();
    assert_eq!(names(&serde_json::from_slice(&few).expect("JSON")), ["null", "null", "Cart", "null"]);
    let many: Vec<&str> = refs.iter().copied().cycle().take(12).collect();
    let query =
        ByRefs::parse(&[], Some(&json!({ "entityRefs": many, "fields": ["metadata.name"] }))).expect("sound");
    let many = query::by_refs(&snapshot(), &Predicate::TRUE, &query).into_bytes();
    assert_eq!(
        names(&serde_json::from_slice(&many).expect("JSON"))[..4],
        ["cart-api", "null", "Cart", "null"]
    );
}

#[test]
fn ancestry_stops_at_what_the_caller_may_not_see() {
    let of = |scope: &Predicate| {
        let found = query::ancestry(&snapshot(), scope, "Component", "default", "CART").expect("visible");
        let found: Value = serde_json::from_slice(&found).expect("JSON");
        let items = found["items"].as_array().expect("items").clone();
        items.iter().map(|item| item["parentEntityRefs"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of(&Predicate::TRUE), ["[\"location:default/root\"]", "[\"location:default/top\"]", "[]"]);
    let no_top = Predicate::Not(Box::new(Predicate::equals("metadata.name", "top")));
    assert_eq!(of(&no_top), ["[\"location:default/root\"]", "[]"]);
    let components = Predicate::equals("kind", "component");
    assert_eq!(of(&components), ["[]"]);
    let hidden = query::ancestry(&snapshot(), &Predicate::FALSE, "Component", "default", "Cart");
    assert_eq!(hidden, Err(QueryError::NotFound("No such entity component:default/cart".into())));
}

#[test]
fn a_long_list_is_made_in_pieces() {
    let many = (0..3000).map(|n| entity(n, "Component", &format!("c{n}"), &json!({}), &[]));
    let snapshot = Index::build(many, 0).expect("sound entities").snapshot();
    let query = EntitiesQuery::parse(&[]).expect("a sound query");
    let answer = || query::entities(&snapshot, &Predicate::TRUE, &query).body;
    let pieces: Vec<u8> = answer().flatten().collect();
    assert!(answer().count() > 3);
    assert_eq!(pieces, answer().into_bytes());
    assert_eq!(names(&serde_json::from_slice(&pieces).expect("JSON")).len(), 3000);
}

#[test]
fn damaged_rows_are_refused_whole() {
    let mut wrong = entity(1, "API", "a", &json!({}), &[]);
    wrong.uid = "not-a-uid".into();
    let refused = Index::build([wrong.clone()], 0).expect_err("a damaged uid");
    assert_eq!(refused.to_string(), "the stored uid `not-a-uid` of `api:default/a` is not a lower-case UUID");
    let index = Index::build([entity(2, "API", "b", &json!({}), &[])], 0).expect("sound");
    let mut broken = entity(3, "API", "c", &json!({}), &[]);
    broken.body = "{\"kind\":".into();
    let good = entity(4, "API", "d", &json!({}), &[]);
    let change = Change { upserts: vec![good, broken], deletes: Vec::new() };
    assert!(matches!(index.apply(&change, 1), Err(IndexError::Body { .. })));
    assert_eq!((index.snapshot().len(), index.snapshot().sequence()), (1, 0));
}

#[test]
fn a_feed_may_repeat_itself() {
    let index = Index::default();
    let change =
        |n| Change { upserts: vec![entity(n, "API", "a", &json!({ "n": n }), &[])], deletes: Vec::new() };
    index.apply(&change(1), 7).expect("sound");
    index.apply(&change(2), 7).expect("passed over");
    let body = query::by_name(&index.snapshot(), &Predicate::TRUE, "api", "default", "a").expect("there");
    assert!(body.contains("\"n\":1"));
}
