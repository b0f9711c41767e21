//! A stranger at every door: each row of the table, each path of the reference's API documents and of
//! its recordings, by every method and in many spellings, with nothing, with nonsense and with what
//! counts elsewhere.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use serde_json::Value;
use testkit::{Portal, Setup};

use crate::wire;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const CATALOG: &str = "\
apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: ada
spec:
  memberOf: []
";

const CONFIG: &str = "\
catalog:
  rules:
    - allow: [User]
  locations:
    - type: file
      target: ./catalog.yaml
";

/// A row of `stagedoor routes --json`.
struct Row {
    method: String,
    path: String,
    guard: String,
}

/// The printed table, as text and row by row.
#[expect(clippy::disallowed_methods, reason = "a test runs the program as its users do")]
fn table() -> (String, Vec<Row>) {
    let print = |more: &[&str]| {
        let output = std::process::Command::new(crate::BINARY).arg("routes").args(more).output();
        let output = output.expect("the binary can be started");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("it prints UTF-8")
    };
    let json: Value = serde_json::from_str(&print(&["--json"])).expect("it is JSON");
    let rows = json["routes"].as_array().expect("there are rows").iter();
    let text = |row: &Value, key: &str| row[key].as_str().expect("every row says it").to_owned();
    let rows = rows.map(|row| {
        assert!(!text(row, "reason").is_empty(), "every row has a reason: {row}");
        Row { method: text(row, "method"), path: text(row, "path"), guard: text(row, "guard") }
    });
    (print(&[]), rows.collect())
}

/// Method and path of every row.
pub(crate) fn table_rows() -> Vec<(String, String)> {
    table().1.into_iter().map(|row| (row.method, row.path)).collect()
}

#[test]
fn the_table_is_known() {
    insta::assert_snapshot!(table().0);
}

/// Of the API only the door itself is open, and the public keys by which other backends know ours.
pub(crate) fn may_be_open(path: &str) -> bool {
    [
        "/api/auth/{provider}/start",
        "/api/auth/{provider}/handler/frame",
        "/api/auth/{provider}/refresh",
        "/api/auth/{provider}/logout",
        "/api/auth/.well-known/jwks.json",
        "/api/auth/.well-known/openid-configuration",
    ]
    .contains(&path)
        || path.strip_prefix("/api/").is_some_and(|rest| {
            rest.split_once('/').is_some_and(|(_, rest)| rest == ".backstage/auth/v1/jwks.json")
        })
}

#[test]
fn every_row_has_a_guard() {
    let (_, rows) = table();
    for Row { method, path, guard } in &rows {
        let known = guard == "public"
            || guard == "principal"
            || ["permit ", "scope "]
                .iter()
                .any(|kind| guard.strip_prefix(kind).is_some_and(|action| !action.is_empty()))
            || guard == "token or loopback";
        assert!(known, "{method} {path}: {guard}");
        assert!(
            guard != "public" || !path.starts_with("/api") || may_be_open(path),
            "{method} {path} is open"
        );
    }
    assert!(rows.len() > 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_is_closed_to_whoever_has_no_credentials() {
    let portal = Setup::new(crate::BINARY).config(CONFIG).file("catalog.yaml", CATALOG).start().await;
    let cookie = cookie(&portal).await;
    let open = open_rows();
    let mut paths = paths();
    let more =
        ["/", "/nothing", "/assets/nothing.js", "/API/catalog/entities", "/index.html", "/api", "/metrics"];
    paths.extend(more.into_iter().map(str::to_owned));
    let paths: Vec<String> = paths.into_iter().collect();
    std::thread::scope(|scope| {
        for part in paths.chunks(paths.len().div_ceil(4)) {
            let connection = Connection::new(portal.port());
            let mut stranger = Stranger { connection, open: &open, cookie: &cookie };
            scope.spawn(move || part.iter().for_each(|path| stranger.tries(path)));
        }
    });
}

/// Every path there is to try, with names put in where a pattern has a hole.
fn paths() -> BTreeSet<String> {
    let mut found: BTreeSet<String> = table().1.into_iter().map(|row| filled(&row.path)).collect();
    if let Some(folder) = crate::reference("openapi") {
        for (name, document) in documents(&folder) {
            let Some(plugin) = name.strip_suffix(".openapi") else { continue };
            for path in document["paths"].as_object().into_iter().flat_map(|paths| paths.keys()) {
                found.insert(filled(&format!("/api/{plugin}{path}")));
            }
        }
    }
    if let Some(golden) = crate::reference("golden") {
        for entry in std::fs::read_dir(golden).expect("a folder") {
            let folder = entry.expect("an entry").path();
            if folder.is_dir() {
                let documents = documents(&folder);
                let asked = documents.iter().filter_map(|(_, document)| document["request"]["path"].as_str());
                found.extend(asked.map(str::to_owned));
            }
        }
    }
    found
}

fn documents(folder: &Path) -> Vec<(String, Value)> {
    let entries =
        std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let files = entries.filter(|path| path.extension().is_some_and(|kind| kind == "json"));
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a file can be read");
        let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        (stem, serde_json::from_str(&text).expect("it is JSON"))
    };
    files.map(read).collect()
}

/// A pattern with something in its holes.
fn filled(pattern: &str) -> String {
    let segments = pattern.split('/').map(|segment| match segment.as_bytes() {
        [b'{', b'*', ..] => "some/more",
        [b'{', ..] => "some",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The cookie of a signed-in page session, which counts on pages alone.
async fn cookie(portal: &Portal) -> String {
    let link = portal.link();
    let token = link.split_once("token=").expect("the link holds a token").1;
    let mut cookie = None;
    portal
        .until("ada can sign in", async || {
            let form = [("token", token), ("user", "user:default/ada")];
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            let request = portal.client().post(portal.url("/sign-in/link"));
            let request = request
                .header("origin", portal.url(""))
                .header("content-type", "application/x-www-form-urlencoded");
            let answer = request.body(body).send().await.expect("the portal answers");
            let set = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
            cookie = set.and_then(|set| set.split(';').next()).map(str::to_owned);
            cookie.is_some()
        })
        .await;
    cookie.expect("it waited for one")
}

/// Public rows: method and path.
fn open_rows() -> Vec<(String, String)> {
    let rows = table().1.into_iter().filter(|row| row.guard == "public");
    rows.map(|row| (row.method, row.path)).collect()
}

struct Stranger<'t> {
    connection: Connection,
    open: &'t [(String, String)],
    cookie: &'t str,
}

/// What a stranger shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    Nothing,
    BadBearer,
    Basic,
    /// A cookie of a page session; on the API it must count for nothing.
    Cookie,
}

impl Stranger<'_> {
    /// Tries a path by every method and in every spelling.
    fn tries(&mut self, path: &str) {
        for method in METHODS {
            for shows in [Shows::Nothing, Shows::BadBearer, Shows::Basic, Shows::Cookie] {
                self.is_refused(method, path, shows);
            }
        }
        for spelling in spellings(path) {
            self.is_refused("GET", &spelling, Shows::Nothing);
            self.is_refused("POST", &spelling, Shows::Cookie);
        }
        for method in ["TRACE", "PROPFIND", "get", "FOO"] {
            let (status, _) = self.ask(method, path, Shows::Nothing);
            assert_eq!(status, 405, "{method} {path}");
        }
    }

    fn is_refused(&mut self, method: &str, target: &str, shows: Shows) {
        // Letters may be written in hex; they are read once, and never twice.
        let path = &decoded(target);
        // What a cookie opens, and what is open, answers as it likes; the API is neither.
        if shows == Shows::Cookie && !is_api(path) || self.is_open(method, path) {
            return;
        }
        let (status, body) = self.ask(method, target, shows);
        let told = || format!("{method} {target} {shows:?}: {status} {body}");
        // What the edge finds wrong with a path is said to everybody; a plain path is never wrong.
        assert!(status == 401 || status == 400 && !is_plain(target), "{}", told());
        if method == "HEAD" {
            assert_eq!(body, "", "{}", told());
        } else if is_api(path) {
            let json: Value = serde_json::from_str(&body).expect("the API refuses in JSON");
            assert_eq!(json["response"]["statusCode"], status, "{}", told());
            let name = if status == 401 { "AuthenticationError" } else { "InputError" };
            assert_eq!(json["error"]["name"], name, "{}", told());
        } else if status == 401 {
            assert!(body.contains("<h1>Sign in</h1>"), "{}", told());
        }
    }

    fn ask(&mut self, method: &str, target: &str, shows: Shows) -> (u16, String) {
        let header = match shows {
            Shows::Nothing => String::new(),
            Shows::BadBearer => "Authorization: Bearer bm90LWEtdG9rZW4tYXQtYWxs\r\n".to_owned(),
            Shows::Basic => "Authorization: Basic dXNlcjpkZWZhdWx0L2FkYTpzZWNyZXQ=\r\n".to_owned(),
            Shows::Cookie => format!("Cookie: {}\r\n", self.cookie),
        };
        self.connection.ask(method, target, &header)
    }

    /// Whether a public row takes this path.
    fn is_open(&self, method: &str, path: &str) -> bool {
        let method = if method == "HEAD" { "GET" } else { method };
        self.open.iter().any(|(open, pattern)| (open == method || open == "*") && fits(pattern, path))
    }
}

/// One connection for many requests, whose targets are sent as they are written.
struct Connection {
    port: u16,
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn new(port: u16) -> Self {
        Self { port, stream: BufReader::new(wire::connect(port)) }
    }

    fn ask(&mut self, method: &str, target: &str, headers: &str) -> (u16, String) {
        let host = format!("Host: 127.0.0.1:{}\r\n", self.port);
        let sent = format!("{method} {target} HTTP/1.1\r\n{host}{headers}Content-Length: 0\r\n\r\n");
        let answer = self.try_once(&sent, method).or_else(|| {
            // Closed after the last answer.
            *self = Self::new(self.port);
            self.try_once(&sent, method)
        });
        answer.unwrap_or_else(|| panic!("no answer to {sent:?}"))
    }

    fn try_once(&mut self, sent: &str, method: &str) -> Option<(u16, String)> {
        self.stream.get_mut().write_all(sent.as_bytes()).ok()?;
        let mut line = String::new();
        self.stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok()?;
            }
            assert!(!name.eq_ignore_ascii_case("transfer-encoding"), "refusals are short: {sent}");
        }
        let mut body = vec![0; if method == "HEAD" { 0 } else { length }];
        self.stream.read_exact(&mut body).ok()?;
        Some((status, String::from_utf8(body).ok()?))
    }
}

/// Whether nothing in a path is out of the ordinary.
fn is_plain(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    path.split('/').skip(1).all(|segment| !segment.is_empty() && segment.bytes().all(plain))
}

/// A path with its `%xx` read.
fn decoded(target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default().as_bytes();
    let hex = |at: usize| u8::from_str_radix(std::str::from_utf8(path.get(at + 1..at + 3)?).ok()?, 16).ok();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < path.len() {
        let byte = hex(at).filter(|_| path[at] == b'%');
        out.push(byte.unwrap_or(path[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn is_api(path: &str) -> bool {
    let folded = path.to_ascii_lowercase();
    folded == "/api" || folded.starts_with("/api/")
}

/// Whether a path is one of a pattern's; a slash at its end counts for nothing.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.trim_end_matches('/').split('/');
    for segment in pattern.trim_end_matches('/').split('/') {
        if segment.starts_with("{*") {
            return true;
        }
        match parts.next() {
            Some(part) if segment.starts_with('{') || part == segment => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

/// Other ways to write a path, which some server somewhere takes for the same.
fn spellings(path: &str) -> Vec<String> {
    let rest = path.trim_start_matches('/');
    let last = rest.rsplit('/').next().unwrap_or_default();
    let encoded = |byte: u8| format!("%{byte:02x}");
    let all: String =
        rest.bytes().map(|byte| if byte == b'/' { "/".to_owned() } else { encoded(byte) }).collect();
    let first =
        rest.bytes().next().map(|byte| format!("/{}{}", encoded(byte), &rest[1..])).unwrap_or_default();
    let mut found = vec![
        format!("{}/", path.trim_end_matches('/')),
        format!("//{rest}"),
        path.replace('/', "//"),
        format!("/{all}"),
        first,
        path.to_ascii_uppercase(),
        format!("{path}?access_token=x"),
        format!("{path};x=y"),
        format!("{path}%00"),
        format!("{path}%2f"),
        format!("{path}%20"),
        format!("{path}."),
        format!("{path}.json"),
        format!("/.{path}"),
        format!("/x/..{path}"),
        format!("/sign-in/..{path}"),
        format!("/sign-in/%2e%2e{path}"),
        format!("/assets/..%2f{rest}"),
        format!("/.backstage/health/v1/readiness/../../../..{path}"),
        path.replacen('/', "/%5c", 1),
    ];
    if !last.is_empty() {
        found.push(format!("{path}/../{last}"));
    }
    found.retain(|spelling| spelling != path && spelling.starts_with('/'));
    found
}
