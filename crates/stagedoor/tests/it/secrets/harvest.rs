//! Everything that a portal gives away: each route of the table for each entity there is, to everybody;
//! its log, its audit lines and its files.

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use testkit::Portal;

use super::needles::{Needles, RUN};
use crate::world;

/// Entities of one page of a list.
const PAGE: usize = 50;

/// Facets asked for at once.
const FACETS: usize = 10;

/// What was found where.
pub(super) struct Harvest<'n> {
    needles: &'n Needles,
    /// Ids that the portal makes at random: chance may write eight digits of a secret there.
    ids: String,
    leaks: BTreeSet<String>,
    /// Bytes that were looked at.
    pub(super) bytes: usize,
}

impl<'n> Harvest<'n> {
    pub(super) fn new(needles: &'n Needles) -> Self {
        Self { needles, ids: String::new(), leaks: BTreeSet::new(), bytes: 0 }
    }

    /// Looks at what came from somewhere.
    pub(super) fn take(&mut self, from: &str, bytes: &[u8]) {
        self.look(from, bytes, 1);
    }

    /// Looks at a file. In a database an id and the number after it are one row of digits, so that a few
    /// alike are chance; of a secret there would be many.
    pub(super) fn file(&mut self, path: &Path) {
        let bytes = std::fs::read(path).expect("a file can be read");
        self.look(&path.file_name().expect("a name").to_string_lossy(), &bytes, 3);
    }

    fn look(&mut self, from: &str, bytes: &[u8], digits: usize) {
        self.bytes += bytes.len();
        for leak in self.needles.found(bytes, &self.ids, digits) {
            self.leaks.insert(format!("{leak}: {from}"));
        }
    }

    /// The id of a request that was sent by other means.
    pub(super) fn know(&mut self, id: &str) {
        self.ids.extend([id, " "]);
    }

    /// Whether anything was found.
    pub(super) fn has_leaks(&self) -> bool {
        !self.leaks.is_empty()
    }

    /// # Panics
    /// If anything was found; with what, and where.
    pub(super) fn nothing_leaked(self) {
        let count = self.leaks.len();
        let some: Vec<String> = self.leaks.into_iter().take(100).collect();
        assert!(some.is_empty(), "{count} leaks, the first of them:\n{}", some.join("\n"));
    }

    /// The answer to a request: head and body.
    pub(super) async fn ask(&mut self, what: &str, request: RequestBuilder) -> (u16, String) {
        let answer = request.send().await.unwrap_or_else(|error| panic!("{what}: {error}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        if let Some(id) = headers.get("x-request-id") {
            self.know(&String::from_utf8_lossy(id.as_bytes()));
        }
        let mut whole = Vec::new();
        for (name, value) in &headers {
            whole.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\n"].concat());
        }
        let body = answer.text().await.unwrap_or_else(|error| panic!("{what}: {error}"));
        // Two texts in base64 may be alike where what they say is not: cursors are read.
        let mut told = body.clone();
        for name in ["nextCursor", "prevCursor"] {
            let cursor = body.split(&format!("\"{name}\":\"")).nth(1).and_then(|rest| rest.split('"').next());
            if let Some(cursor) = cursor {
                told = told.replace(cursor, "");
                whole.extend(decoded(cursor));
            }
        }
        whole.extend(told.as_bytes());
        self.take(what, &whole);
        (status, body)
    }

    /// GET, as a service, as a user, and as nobody; the service's answer.
    async fn get(&mut self, portal: &Portal, user: &str, path: &str) -> (u16, String) {
        let request = || portal.client().get(portal.url(path));
        self.ask(&format!("GET {path} as nobody"), request()).await;
        self.ask(&format!("GET {path} as a user"), request().bearer_auth(user)).await;
        self.ask(&format!("GET {path}"), request().bearer_auth(world::TOKEN)).await
    }

    async fn post(&mut self, portal: &Portal, path: &str, body: &Value) -> Value {
        let request = portal.client().post(portal.url(path)).bearer_auth(world::TOKEN).json(body);
        let (status, body) = self.ask(&format!("POST {path}"), request).await;
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("the API answers in JSON")
    }

    /// All entities, whole; their ids are known from then on.
    pub(super) async fn entities(&mut self, portal: &Portal, user: &str) -> Vec<Value> {
        let (_, body) = portal.get("/api/catalog/entities", world::TOKEN).await;
        let entities = body.as_array().expect("a list").clone();
        for entity in &entities {
            for id in ["uid", "etag"] {
                self.know(entity["metadata"][id].as_str().expect("an id"));
            }
        }
        self.get(portal, user, "/api/catalog/entities").await;
        entities
    }

    /// Every route of the table, with every entity where it names one.
    pub(super) async fn routes(&mut self, portal: &Portal, user: &str, entities: &[Value]) {
        let table = crate::stranger::table_rows();
        for (method, pattern) in &table {
            match (method.as_str(), pattern.as_str()) {
                ("GET" | "*", "/assets/{name}") => {
                    let (_, page) = self.get(portal, user, "/catalog").await;
                    for asset in page.split('"').filter(|part| part.starts_with("/assets/")) {
                        self.get(portal, user, asset).await;
                    }
                }
                ("GET" | "*", pattern) if pattern.contains("{*") => {
                    self.get(portal, user, &pattern.replace("{*rest}", "some/more")).await;
                }
                ("GET", pattern) if pattern.contains('{') => {
                    for entity in entities {
                        self.get(portal, user, &filled(pattern, entity)).await;
                    }
                }
                ("GET" | "*", pattern) => {
                    self.get(portal, user, pattern).await;
                }
                // These change who is signed in, or how a page looks; requests with secrets try them.
                ("POST", "/sign-in/link" | "/sign-out" | "/theme") => {}
                ("POST", pattern) if pattern.starts_with("/sessions") => {}
                ("DELETE", pattern) if pattern.ends_with("/.backstage/auth/v1/cookie") => {}
                // Nobody is signed in by these, and they answer with nothing of the catalog.
                ("POST", pattern) if pattern.starts_with("/api/auth/") => {}
                ("POST", "/api/catalog/entities/by-query") => self.pages(portal, pattern).await,
                ("POST", "/api/catalog/entities/by-refs") => {
                    let refs: Vec<String> = entities.iter().map(reference).collect();
                    self.post(portal, pattern, &json!({ "entityRefs": refs })).await;
                }
                ("POST", "/api/catalog/entity-facets") => {
                    let paths: Vec<String> = paths(entities).into_iter().collect();
                    for few in paths.chunks(FACETS) {
                        self.post(portal, pattern, &json!({ "facets": few })).await;
                    }
                }
                (method, pattern) => panic!("a route that this test does not ask: {method} {pattern}"),
            }
        }
    }

    /// The pages and answers of entities that lists may not know; how many the user is shown.
    pub(super) async fn named(&mut self, portal: &Portal, user: &str, entities: &[Value]) -> usize {
        let mut shown = 0;
        for entity in entities {
            let by_name = filled("/api/catalog/entities/by-name/{kind}/{namespace}/{name}", entity);
            let page = filled("/catalog/{namespace}/{kind}/{name}", entity);
            for path in [by_name, format!("{page}/json"), page] {
                self.get(portal, user, &path).await;
                shown += usize::from(portal.get(&path, user).await.0 == 200);
            }
        }
        shown
    }

    /// Lists by several orders, page by page, whose cursors hold values.
    async fn pages(&mut self, portal: &Portal, path: &str) {
        for field in ["metadata.title", "metadata.description", "metadata.labels.deploy", "spec.definition"] {
            let mut body = json!({ "limit": PAGE, "orderBy": [{ "field": field, "order": "asc" }] });
            for _ in 0..100 {
                let answer = self.post(portal, path, &body).await;
                let Some(next) = answer["pageInfo"]["nextCursor"].as_str() else { break };
                body = json!({ "limit": PAGE, "cursor": next });
            }
        }
    }

    /// Searches for what is almost too short to be a part of a secret: none may be found by it.
    pub(super) async fn searches(&mut self, portal: &Portal, user: &str, fragments: &[String]) {
        for fragment in fragments {
            assert!(fragment.len() < RUN, "an answer may repeat it");
            let term: String = url::form_urlencoded::byte_serialize(fragment.as_bytes()).collect();
            let path = format!("/api/catalog/entities/by-query?fullTextFilterTerm={term}&limit=0");
            let (_, body) = self.get(portal, user, &path).await;
            let body: Value = serde_json::from_str(&body).expect("the API answers in JSON");
            assert_eq!(body["totalItems"], 0, "a part of a secret finds something");
            self.get(portal, user, &format!("/catalog?q={term}&tab=all")).await;
        }
    }

    /// What it has printed, and what it keeps in files.
    pub(super) fn belongings(&mut self, portal: &Portal, files: &Path) {
        let lines = portal.lines();
        for record in portal.audit() {
            self.know(record["meta"]["requestId"].as_str().unwrap_or_default());
        }
        for line in &lines {
            self.take("stdout", line.as_bytes());
        }
        for line in portal.stderr().lines() {
            let shown: String = line.chars().filter(|c| !c.is_ascii_digit()).take(120).collect();
            self.take(&format!("the log: {shown}"), line.as_bytes());
        }
        for entry in std::fs::read_dir(files).expect("the folder is there") {
            self.file(&entry.expect("an entry").path());
        }
    }
}

fn text<'e>(entity: &'e Value, pointer: &str) -> &'e str {
    entity.pointer(pointer).and_then(Value::as_str).unwrap_or("default")
}

/// `kind:namespace/name`.
fn reference(entity: &Value) -> String {
    let kind = text(entity, "/kind").to_ascii_lowercase();
    format!("{kind}:{}/{}", text(entity, "/metadata/namespace"), text(entity, "/metadata/name"))
}

/// A pattern with an entity in it.
fn filled(pattern: &str, entity: &Value) -> String {
    let path = pattern
        .replace("{kind}", text(entity, "/kind"))
        .replace("{namespace}", text(entity, "/metadata/namespace"))
        .replace("{name}", text(entity, "/metadata/name"))
        .replace("{uid}", text(entity, "/metadata/uid"))
        .replace("{provider}", "github");
    assert!(!path.contains('{'), "a hole that this test cannot fill: {pattern}");
    path
}

/// Every path under which an entity has a text.
fn paths(entities: &[Value]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entity in entities {
        walk(entity, "", &mut found);
    }
    found
}

fn walk(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, path, found)),
        Value::Object(map) => {
            for (key, below) in map {
                walk(below, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, found);
            }
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn decoded(cursor: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(cursor).expect("a cursor is base64")
}
