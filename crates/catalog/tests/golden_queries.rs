//! Replays what the reference answered to queries over its small catalog: the same entities, the same
//! counts, the same errors. Skipped where the recordings are not at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use catalog::index::{Index, Snapshot};
use catalog::query::{self, ByQuery, ByRefs, EntitiesQuery, FacetsQuery, QueryError};
use model::{AttrTest, EntityRef, Predicate, StoredEntity};
use serde_json::{Value, json};

/// The recordings: where the build is told, else `../shared` beside the workspace.
fn recordings() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = option_env!("STAGEDOOR_REFERENCE").map_or(beside, PathBuf::from).join("golden");
    folder.join("catalog").is_dir().then_some(folder)
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a readable file")).expect("JSON")
}

/// Every whole entity that some answer shows, by ref.
fn gather(value: &Value, found: &mut BTreeMap<EntityRef, Value>) {
    match value {
        Value::Object(map) => {
            let metadata = &value["metadata"];
            if map.contains_key("relations") && metadata["uid"].is_string() && metadata["etag"].is_string() {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let entity_ref = EntityRef::new(
                    &text(&value["kind"]),
                    &text(&metadata["namespace"]),
                    &text(&metadata["name"]),
                );
                found.insert(entity_ref, value.clone());
            }
            map.values().for_each(|value| gather(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| gather(value, found)),
        _ => {}
    }
}

/// Entities that no answer shows whole, as far as queries can tell.
fn unseen() -> Vec<Value> {
    let location = |hash: &str, target: &str| {
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Location",
            "metadata": { "name": format!("generated-{hash}"), "namespace": "default" },
            "spec": { "type": "file", "target": target }, "relations": [] })
    };
    let owned = |kind: &str, name: &str, spec: Value| {
        let owner = json!({ "type": "ownedBy", "targetRef": "group:default/guests" });
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": kind,
            "metadata": { "name": name, "namespace": "default" }, "spec": spec, "relations": [owner] })
    };
    vec![
        location("8234a834616c19eceb5085313eaf61fbc6caee5e", "a.yaml"),
        location("e8f1cb73b55b29dbfbb9934538b8ed8b0b60e7b3", "b.yaml"),
        location("4cfa0830b323d132b92cbe6a943709ffbb844a9e", "c.yaml"),
        owned("Domain", "payments", json!({ "owner": "group:default/guests" })),
        owned("System", "examples", json!({ "owner": "guests" })),
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Group",
            "metadata": { "name": "other-team", "namespace": "default" },
            "spec": { "type": "team", "profile": { "displayName": "Other Team" }, "children": [] },
            "relations": [{ "type": "hasMember", "targetRef": "user:default/alice" }] }),
    ]
}

fn catalog(folder: &Path) -> Index {
    let mut found = BTreeMap::new();
    for plugin in ["catalog", "scaffolder", "."] {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join(plugin))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
            .collect();
        files.sort();
        for file in &files {
            gather(&read(file), &mut found);
        }
    }
    for mut entity in unseen() {
        let uid = format!("00000000-0000-4000-8000-{:012}", found.len());
        entity["metadata"]["uid"] = json!(uid);
        entity["metadata"]["etag"] = json!("e");
        gather(&entity, &mut found);
    }
    // Made for a moment by one recording.
    found.remove(&EntityRef::new("component", "default", "loc-b"));
    found.retain(|entity_ref, _| {
        entity_ref.kind() != "location"
            || entity_ref.name() == "ref-root"
            || entity_ref.name().starts_with("generated-")
    });
    let root = EntityRef::new("location", "default", "ref-root");
    let origin = EntityRef::new("location", "default", "generated-c5050d6f64f78402f084184d48ce37e9a0637206");
    let stored = found.into_iter().map(|(entity_ref, body)| {
        let parents = match entity_ref.name() {
            "billing-service" => vec![root.clone()],
            "ref-root" => vec![origin.clone()],
            _ => Vec::new(),
        };
        StoredEntity {
            uid: body["metadata"]["uid"].as_str().expect("a uid").into(),
            etag: "".into(),
            body: body.to_string().into(),
            edges: Vec::new(),
            location_key: "".into(),
            origin: "".into(),
            parents,
            source_hash: "".into(),
            problems: Vec::new(),
            entity_ref,
        }
    });
    Index::build(stored, 0).expect("recorded entities are sound")
}

fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The answer's JSON and its link, or the error; `None` for what other parts answer.
fn answer(
    snapshot: &Arc<Snapshot>,
    scope: &Predicate,
    request: &Value,
) -> Option<Result<(Value, Option<String>), QueryError>> {
    let text = |key: &str| request[key].as_str().unwrap_or_default();
    let path = text("path").strip_prefix("/api/catalog/")?;
    let pairs = pairs(text("query"));
    let body = Some(&request["body"]).filter(|body| !body.is_null());
    if body.is_some_and(Value::is_string) {
        // Not JSON at all: refused before it comes here.
        return None;
    }
    let json = |bytes: &[u8]| (serde_json::from_slice(bytes).expect("an answer is JSON"), None);
    let parts: Vec<&str> = path.split('/').collect();
    Some(match (text("method"), parts.as_slice()) {
        ("GET", ["entities"]) => EntitiesQuery::parse(&pairs).map(|query| {
            let answer = query::entities(snapshot, scope, &query);
            (json(&answer.body.into_bytes()).0, answer.link)
        }),
        ("GET", ["entities", "by-query"]) => {
            ByQuery::parse(&pairs).map(|query| json(&query::by_query(snapshot, scope, &query).into_bytes()))
        }
        ("POST", ["entities", "by-query"]) => ByQuery::parse_body(body)
            .map(|query| json(&query::by_query(snapshot, scope, &query).into_bytes())),
        ("POST", ["entities", "by-refs"]) => ByRefs::parse(&pairs, body)
            .map(|query| json(&query::by_refs(snapshot, scope, &query).into_bytes())),
        ("GET", ["entity-facets"]) => {
            FacetsQuery::parse(&pairs).map(|query| json(&query::facets(snapshot, scope, &query)))
        }
        ("POST", ["entity-facets"]) => {
            FacetsQuery::parse_body(body).map(|query| json(&query::facets(snapshot, scope, &query)))
        }
        ("GET", ["entities", "by-uid", uid]) => {
            query::by_uid(snapshot, scope, uid).map(|body| json(body.as_bytes()))
        }
        ("GET", ["entities", "by-name", kind, namespace, name]) => {
            query::by_name(snapshot, scope, kind, namespace, name).map(|body| json(body.as_bytes()))
        }
        ("GET", ["entities", "by-name", kind, namespace, name, "ancestry"]) => {
            query::ancestry(snapshot, scope, kind, namespace, name).map(|body| json(&body))
        }
        _ => return None,
    })
}

/// What is the same on every run of the reference: no uids, no etags, no cursors, no order by uid.
fn meaning(value: &Value, ordered: bool) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !matches!(key.as_str(), "uid" | "etag"));
            let kept = kept.map(|(key, value)| {
                let value = match key.as_str() {
                    "nextCursor" | "prevCursor" => json!("a cursor"),
                    _ => meaning(value, ordered || key != "items"),
                };
                (key.clone(), value)
            });
            kept.collect()
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| meaning(item, true)).collect();
            if !ordered {
                items.sort_by_key(Value::to_string);
            }
            items.into()
        }
        other => other.clone(),
    }
}

#[test]
fn recorded_queries_get_the_recorded_answers() {
    let Some(folder) = recordings() else {
        println!("skipped: no recordings");
        return;
    };
    let index = catalog(&folder);
    let snapshot = index.snapshot();
    assert_eq!(snapshot.len(), 22);
    let owned = Predicate::Attr(AttrTest::Owner(vec![
        EntityRef::new("user", "default", "guest"),
        EntityRef::new("group", "default", "guests"),
    ]));
    let (mut compared, mut wrong) = (BTreeSet::new(), Vec::new());
    for entry in std::fs::read_dir(folder.join("catalog")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        let recorded = read(&path);
        let (request, response) = (&recorded["request"], &recorded["response"]);
        let status = response["status"].as_u64().unwrap_or_default();
        // A body that was not JSON, such as gzip, is recorded as null.
        let gone = file == "locations-created-entity.json";
        if !matches!(status, 200 | 400 | 404) || response["body"].is_null() || gone {
            continue;
        }
        let scope = match (recorded["phase"].as_str(), request["auth"].as_str()) {
            (Some("owner"), Some(auth)) if auth.contains("guest") => &owned,
            _ => &Predicate::TRUE,
        };
        let Some(answer) = answer(&snapshot, scope, &with_our_uid(request, &snapshot, &recorded)) else {
            continue;
        };
        compared.insert(file.clone());
        let query = request["query"].as_str().unwrap_or_default();
        let body = request["body"].to_string();
        // Of several fields only the first counts; the rest is left to uids.
        let by_first_only = query.matches("order").count() > 1;
        let ordered = !by_first_only
            && ["order", "limit=", "offset=", "cursor=", "by-refs"].iter().any(|word| {
                query.contains(word)
                    || body.contains(word)
                    || request["path"].as_str().is_some_and(|path| path.contains(word))
            });
        // Ordered by a uid of that run: only how many there are is the same.
        let by_uid = !query.contains("order")
            && !body.contains("order")
            && !query.contains("cursor=")
            && request["path"] == "/api/catalog/entities/by-query"
            && (query.contains("limit=") || body.contains("limit"));
        match answer {
            Ok((ours, link)) if status == 200 => {
                let (mut ours, mut theirs) = (meaning(&ours, ordered), meaning(&response["body"], ordered));
                if by_uid {
                    for side in [&mut ours, &mut theirs] {
                        side["items"] = json!(side["items"].as_array().map(Vec::len));
                    }
                }
                if ours != theirs {
                    wrong.push(format!("{file}\n  ours   {ours}\n  theirs {theirs}"));
                }
                if link.as_deref() != response["headers"]["link"].as_str() {
                    wrong.push(format!("{file}: link {link:?}"));
                }
            }
            Err(error) if status != 200 => {
                let theirs = response["body"]["error"]["message"].as_str().unwrap_or_default();
                let ours = error.to_string();
                // What is wrong with JSON is said in the parser's own words.
                let same = ours == theirs
                    || ours.starts_with("Malformed cursor: SyntaxError")
                        && theirs.starts_with("Malformed cursor: SyntaxError");
                if !same {
                    wrong.push(format!("{file}\n  ours   {ours}\n  theirs {theirs}"));
                }
            }
            Ok(_) => wrong.push(format!("{file}: answered, not {status}")),
            Err(error) => wrong.push(format!("{file}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared.len() > 75, "only {} recordings compared: {compared:?}", compared.len());
}

/// The parameter's cursor with the uids that the entities of these names have here.
fn with_our_cursor(query: &str, snapshot: &Snapshot) -> String {
    let mut pairs = pairs(query);
    for (_, value) in pairs.iter_mut().filter(|(name, _)| name == "cursor") {
        let decoded = STANDARD.decode(value.as_bytes()).unwrap_or_default();
        let Ok(mut cursor) = serde_json::from_slice::<Value>(&decoded) else { continue };
        for key in ["orderFieldValues", "firstSortFieldValues"] {
            let name = cursor[key][0].as_str().unwrap_or_default();
            let named = snapshot.select(&Predicate::equals("metadata.name", name));
            if let Some(slot) = named.min() {
                cursor[key][1] = json!(snapshot.uid(slot));
            }
        }
        *value = STANDARD.encode(cursor.to_string());
    }
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A request for a recorded uid asks for the uid that the entity has here.
fn with_our_uid(request: &Value, snapshot: &Snapshot, recorded: &Value) -> Value {
    let mut request = request.clone();
    if request["query"].as_str().is_some_and(|query| query.contains("cursor=")) {
        request["query"] = json!(with_our_cursor(request["query"].as_str().unwrap_or_default(), snapshot));
    }
    let body = &recorded["response"]["body"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let path = text(&request["path"]);
    if path.contains("/by-uid/") && recorded["response"]["status"] == 200 {
        let wanted = EntityRef::new(
            &text(&body["kind"]),
            &text(&body["metadata"]["namespace"]),
            &text(&body["metadata"]["name"]),
        );
        let slot = snapshot.find(&wanted).expect("a recorded entity");
        request["path"] = json!(format!("/api/catalog/entities/by-uid/{}", snapshot.uid(slot)));
    }
    request
}
