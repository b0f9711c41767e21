//! Requests that hold secrets: in the path, the query, the headers, the body; each with a secret that the
//! scanner knows where it stands there.

use corpus::{Carrier, Credential, Rng, generators};
use secrets::Scanner;
use serde_json::json;
use testkit::Portal;

use super::harvest::Harvest;
use super::planting::Planted;
use crate::{wire, world};

/// Credentials, each for every place in a request in which the scanner knows it.
pub(super) struct Callers {
    requests: Vec<Request>,
    pub(super) secrets: Vec<Planted>,
}

/// A request as it is sent, but for the host.
struct Request {
    line: String,
    headers: Vec<(&'static str, String)>,
    named: Option<(String, String)>,
    body: String,
    /// As what it is told.
    label: String,
}

/// Makes a request for a path with a secret in it.
type Place = (&'static str, fn(&Credential) -> Request);

const BY_NAME: &str = "/api/catalog/entities/by-name/component/default";

const PLACES: &[Place] = &[
    ("a name", |one| get(&format!("{BY_NAME}/{}", encoded(&one.text)))),
    ("a name's ancestry", |one| get(&format!("{BY_NAME}/{}/ancestry", encoded(&one.text)))),
    ("a uid", |one| get(&format!("/api/catalog/entities/by-uid/{}", encoded(&one.text)))),
    ("a page's name", |one| get(&format!("/catalog/default/component/{}", encoded(&one.text)))),
    ("an asset", |one| get(&format!("/assets/{}", encoded(&one.text)))),
    ("a path of the API", |one| get(&format!("/api/{}", encoded(&one.text)))),
    ("a path", |one| get(&format!("/{}", encoded(&one.text)))),
    ("a path that is refused", |one| get(&format!("/api/../{}", encoded(&one.text)))),
    ("an unknown parameter", |one| get(&query("/api/catalog/entities", &one.name, &one.text))),
    ("a parameter's name", |one| get(&format!("/api/catalog/entities?{}=1", encoded(&one.text)))),
    ("a filter", |one| get(&filter("/api/catalog/entities", &one.text))),
    ("a filter's key", |one| get(&query("/api/catalog/entities", "filter", &format!("{}=x", one.text)))),
    ("fields", |one| get(&query("/api/catalog/entities", "fields", &one.text))),
    ("a limit", |one| get(&query("/api/catalog/entities/by-query", "limit", &one.text))),
    ("a term", |one| get(&query("/api/catalog/entities/by-query", "fullTextFilterTerm", &one.text))),
    ("a cursor", |one| get(&query("/api/catalog/entities/by-query", "cursor", &one.text))),
    ("an order", |one| get(&query("/api/catalog/entities/by-query", "orderField", &one.text))),
    ("a facet", |one| get(&query("/api/catalog/entity-facets", "facet", &one.text))),
    ("a page's search", |one| get(&query("/catalog", "q", &one.text))),
    ("a page's filter", |one| get(&query("/catalog", "owner", &one.text))),
    ("a long URL", |one| {
        get(&filter(&format!("/api/catalog/entities?limit={}", "1".repeat(960)), &one.text))
    }),
    ("a user agent", |one| get(BY_NAME).with("User-Agent", format!("curl/8.5 ({})", one.whole()))),
    ("a long user agent", |one| get(BY_NAME).with("User-Agent", format!("{} {}", "x".repeat(230), one.text))),
    ("a referrer", |one| {
        get("/catalog").with("Referer", query("https://portal.internal/", &one.name, &one.text))
    }),
    ("an origin", |one| get("/sign-in").with("Origin", format!("https://{}.internal", one.text))),
    ("a cookie", |one| get("/catalog").with("Cookie", format!("{}={}", one.name, one.text))),
    ("a forwarding header", |one| get("/catalog").with("X-Forwarded-For", one.text.clone())),
    ("a request id", |one| get(BY_NAME).with("X-Request-Id", one.text.clone())),
    ("a content type", |one| {
        post("/api/catalog/entities/by-refs", "{}".to_owned()).with("Content-Type", one.text.clone())
    }),
    ("a host", |one| get(BY_NAME).with("Host", one.text.clone())),
    ("a header of its own", |one| Request {
        named: Some((header(&one.name), one.whole().to_owned())),
        ..get(BY_NAME)
    }),
    ("a bearer token", |one| {
        get("/api/catalog/entities").with("Authorization", format!("Bearer {}", one.text))
    }),
    ("a body that is broken", |one| {
        post("/api/catalog/entities/by-refs", format!("{{ \"{}\": {}", one.name, one.text))
    }),
    ("a ref", |one| post("/api/catalog/entities/by-refs", json!({ "entityRefs": [one.text] }).to_string())),
    ("an unknown key", |one| {
        post("/api/catalog/entities/by-refs", json!({ "entityRefs": [], &one.text: one.text }).to_string())
    }),
    ("a body's filter", |one| {
        let filter = json!({ "query": { "metadata.annotations.a": one.text }, "limit": 1 });
        post("/api/catalog/entities/by-query", filter.to_string())
    }),
    ("a wrong filter", |one| {
        let filter = json!({ "query": { "$no": { &one.name: one.text } }, "limit": one.text });
        post("/api/catalog/entities/by-query", filter.to_string())
    }),
    ("a body's facet", |one| post("/api/catalog/entity-facets", json!({ "facets": [one.text] }).to_string())),
    ("a sign-in", |one| form("/sign-in/link", &[("token", &one.text), ("user", &one.text)])),
    ("a look at a sign-in", |one| get(&query("/sign-in/link", "token", &one.text))),
    ("a sign-out", |one| form("/sign-out", &[("form_token", &one.text)])),
    ("a theme", |one| form("/theme", &[("theme", &one.text), ("back", &query("/catalog", "q", &one.text))])),
    ("a form of the API", |one| form("/api/catalog/entities/by-query", &[(&one.name, &one.text)])),
    ("a page's body", |one| post("/catalog", one.whole().to_owned())),
];

impl Callers {
    /// So many credentials that can stand in a request.
    pub(super) fn come(scanner: &Scanner, seed: u64, count: usize) -> Self {
        let mut rng = Rng::new(seed);
        let mut callers = Self { requests: Vec::new(), secrets: Vec::new() };
        let step = generators().len() / count;
        for generator in generators().iter().step_by(step.max(1)) {
            let one = generator.make(&mut rng);
            let is_line = one.text.bytes().all(|byte| byte.is_ascii_graphic()) && one.text.len() < 700;
            if !is_line || matches!(one.carrier, Carrier::Piece(..)) || one.whole().contains('\n') {
                continue;
            }
            let number = callers.secrets.len();
            let requests: Vec<Request> = PLACES
                .iter()
                .map(|(place, make)| Request { label: format!("{place} ({number})"), ..make(&one) })
                .filter(|request| request.is_seen(scanner, &one))
                .collect();
            if !requests.is_empty() {
                callers.requests.extend(requests);
                let label = format!("{} in a request ({number})", generator.rule);
                callers.secrets.push(Planted { label, variable: one.variable_text().to_owned() });
            }
        }
        callers
    }

    /// How many of the places are tried by at least one of them.
    pub(super) fn places(&self) -> usize {
        let used = |place: &str| self.requests.iter().any(|one| one.label.starts_with(&format!("{place} (")));
        PLACES.iter().filter(|(place, _)| used(place)).count()
    }

    /// Sends all of it, as a service and as nobody.
    pub(super) fn call(&self, portal: &Portal, harvest: &mut Harvest<'_>) {
        for request in &self.requests {
            for authorization in [None, Some(format!("Bearer {}", world::TOKEN))] {
                let sent = request.bytes(portal.port(), authorization.as_deref());
                if let Some(answer) = wire::raw(portal.port(), sent.as_bytes()) {
                    harvest.know(&answer.header("x-request-id"));
                    harvest.take(&format!("the answer to {}", request.label), answer.whole().as_bytes());
                }
            }
        }
    }
}

pub(super) const fn all_places() -> usize {
    PLACES.len()
}

impl Request {
    fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Whether the scanner finds the secret in the part of the request that it stands in.
    fn is_seen(&self, scanner: &Scanner, one: &Credential) -> bool {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}"));
        let named = self.named.iter().map(|(name, value)| format!("{name}: {value}"));
        let parts = [self.line.clone(), self.body.clone()].into_iter().chain(headers).chain(named);
        let written = [one.text.clone(), encoded(&one.text)];
        parts.filter(|part| written.iter().any(|text| part.contains(text.as_str()))).all(|part| {
            let found = scanner.scan(part.as_bytes());
            written.iter().flat_map(|text| part.match_indices(text.as_str())).all(|(at, text)| {
                found.iter().any(|found| found.span.start <= at && found.span.end >= at + text.len())
            })
        })
    }

    fn bytes(&self, port: u16, authorization: Option<&str>) -> String {
        let has = |name: &str| self.headers.iter().any(|(there, _)| *there == name);
        let host = Some(("Host", format!("127.0.0.1:{port}"))).filter(|_| !has("Host"));
        let who =
            authorization.filter(|_| !has("Authorization")).map(|who| ("Authorization", who.to_owned()));
        let length = ("Content-Length", self.body.len().to_string());
        let headers = self.headers.iter().cloned().chain(host).chain(who).chain([length]);
        let named = self.named.iter().map(|(name, value)| (name.as_str(), value.clone()));
        let lines: Vec<String> =
            headers.chain(named).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{} HTTP/1.1\r\nConnection: close\r\n{}\r\n{}", self.line, lines.concat(), self.body)
    }
}

fn get(target: &str) -> Request {
    let line = format!("GET {target}");
    Request { line, headers: Vec::new(), named: None, body: String::new(), label: String::new() }
}

fn post(target: &str, body: String) -> Request {
    let request = Request { line: format!("POST {target}"), body, ..get("") };
    request.with("Accept", "application/json".to_owned())
}

fn form(target: &str, pairs: &[(&str, &str)]) -> Request {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    post(target, body).with("Content-Type", "application/x-www-form-urlencoded".to_owned())
}

/// A target with a parameter.
fn query(target: &str, name: &str, value: &str) -> String {
    format!("{target}?{name}={}", encoded(value))
}

fn filter(target: &str, value: &str) -> String {
    let mark = if target.contains('?') { '&' } else { '?' };
    format!("{target}{mark}filter=metadata.annotations.a={}", encoded(value))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A name as headers have it.
fn header(name: &str) -> String {
    format!("X-{}", name.replace('_', "-"))
}
