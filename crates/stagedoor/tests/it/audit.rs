//! The audit log: a record for every request, before its effect, and none from outside without bound.

use std::sync::Arc;

use serde_json::Value;
use store::{Options, Store};

use crate::{wire, world};

const FILE: &str = "  database:\n    client: better-sqlite3\n    connection: { directory: ./data }\n";

/// The company, kept in a file.
fn kept(more: &str) -> testkit::Setup {
    let config = world::CONFIG.replace("backend:\n", &format!("backend:\n{FILE}"));
    let base = world::company("");
    let memory = std::fs::read_to_string(base.folder().join("app-config.yaml")).expect("it is there");
    let base_config =
        memory.replace("  database:\n    client: better-sqlite3\n    connection: ':memory:'\n", "");
    base.file("app-config.yaml", &base_config).config(&format!("{config}{more}"))
}

async fn store(folder: &std::path::Path) -> Store {
    let clock = Arc::new(model::SystemClock);
    Store::open(Options::SqliteFile(folder.join("data")), clock).await.expect("the database opens")
}

fn has_shape(record: &Value) {
    for key in [
        "timestamp",
        "action",
        "resourceType",
        "outcome",
        "plugin",
        "eventId",
        "severityLevel",
        "status",
        "message",
    ] {
        assert!(record[key].is_string(), "{key} of {record:#}");
    }
    for key in ["actorId", "resourceRef", "ip"] {
        assert!(
            record.get(key).is_some_and(|value| value.is_string() || value.is_null()),
            "{key} of {record:#}"
        );
    }
    assert_eq!(record["isAuditEvent"], true);
    assert!(record["meta"]["requestId"].is_string(), "{record:#}");
    assert!(["low", "medium", "high", "critical"].contains(&record["severityLevel"].as_str().expect("text")));
    assert!(["initiated", "succeeded", "failed"].contains(&record["status"].as_str().expect("text")));
    // What the server does by itself has no request.
    let by_itself = ["stagedoor.key.turn", "stagedoor.reload", "stagedoor.secret.change"];
    if !by_itself.contains(&record["action"].as_str().expect("text")) {
        assert!(
            record["request"]["url"].is_string() && record["request"]["method"].is_string(),
            "{record:#}"
        );
        assert!(record["actor"]["ip"].is_string(), "{record:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_api_request_has_one_record_and_rows_equal_lines() {
    let portal = kept("").start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let ada = portal.token("ada").await;
    let requests = [
        ("/api/catalog/entities", 200, "allowed"),
        ("/api/catalog/entities/by-query?limit=1", 200, "allowed"),
        ("/api/catalog/entities/by-name/user/default/ada", 200, "allowed"),
        ("/api/catalog/entities/by-name/user/default/nobody", 404, "denied"),
        ("/api/catalog/entities/by-uid/nonsense", 404, "denied"),
        ("/api/catalog/entity-facets?facet=kind", 200, "allowed"),
        ("/api/catalog/entities/by-name/user/default/ada/ancestry", 200, "allowed"),
        ("/api/catalog/entities?secret=s3cr3t", 400, "allowed"),
    ];
    let authorization = format!("Bearer {ada}");
    let mut expected = Vec::new();
    for (at, (path, status, outcome)) in requests.iter().enumerate() {
        let agent = format!("request-{at}");
        let headers = [("Authorization", authorization.as_str()), ("User-Agent", agent.as_str())];
        assert_eq!(wire::request(portal.port(), &format!("GET {path}"), &headers).status, *status, "{path}");
        expected.push((agent, *outcome));
    }
    let folder = portal.folder().to_path_buf();
    let copy = tempfile::TempDir::new().expect("a folder");
    // The portal takes its folder with it; what it wrote is looked at before.
    portal.until("the records are printed", async || portal.audit().len() >= requests.len()).await;
    portal.signal("TERM");
    portal
        .until("it has stopped", async || {
            std::net::TcpStream::connect(("127.0.0.1", portal.port())).is_err()
                && !folder.join("data/stagedoor.db-wal").exists()
        })
        .await;
    copy_files(&folder.join("data"), &copy.path().join("data"));
    let (status, lines) = portal.stop().await;
    assert!(status.success(), "{status}");
    let records: Vec<Value> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    records.iter().for_each(has_shape);
    for (mark, outcome) in &expected {
        let found: Vec<&Value> =
            records.iter().filter(|record| record["actor"]["userAgent"] == mark.as_str()).collect();
        let policy: Vec<&&Value> = found.iter().filter(|record| record["outcome"] == *outcome).collect();
        assert_eq!(policy.len(), found.len(), "{mark}: {found:#?}");
        // Ancestry asks twice: about the entity, and about which others it may name.
        assert!(!found.is_empty() && found.len() <= 2, "{mark}: {found:#?}");
        assert_eq!(found[0]["actorId"], "user:default/ada");
        assert_eq!(found[0]["ip"], "127.0.0.1");
    }
    assert!(!lines.iter().any(|line| line.contains("s3cr3t")), "values of unknown parameters are masked");
    let store = store(copy.path()).await;
    assert_eq!(store.audit_count().await.expect("it counts"), records.len() as u64, "rows equal lines");
    let mut rows: Vec<String> = Vec::new();
    for row in store.recent_audit(10_000).await.expect("rows") {
        rows.push(row.row.request_id.as_deref().unwrap_or_default().to_owned());
    }
    let mut printed: Vec<String> =
        records.iter().map(|record| record["meta"]["requestId"].as_str().expect("text").to_owned()).collect();
    rows.sort();
    printed.sort();
    assert_eq!(rows, printed);
}

fn copy_files(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("it is there") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("it can be copied");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_fill_the_log() {
    let portal = kept("").start().await;
    let port = portal.port();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(move || {
                let mut refused = 0;
                while refused < 2_500 {
                    refused += burst(port, 500);
                }
                refused
            })
        })
        .collect();
    let refused: usize = threads.into_iter().map(|thread| thread.join().expect("it counts")).sum();
    assert!(refused >= 10_000);
    let lines = portal.audit().len();
    // 60 at once, and one a second after that.
    assert!(lines < 200, "{lines} lines for {refused} refusals");
    let folder = portal.folder().join("data");
    portal.signal("TERM");
    portal.until("it has stopped", async || !folder.join("stagedoor.db-wal").exists()).await;
    let store = store(portal.folder()).await;
    let rows = store.audit_count().await.expect("it counts");
    assert!(rows < 200, "{rows} rows for {refused} refusals");
    let strangers = store.strangers().await.expect("rows");
    assert!(strangers.len() < 20, "{} rows", strangers.len());
    let counted: u64 = strangers.iter().map(|row| row.hits).sum();
    assert!(counted + rows >= refused as u64, "{counted} counted and {rows} listed of {refused}");
}

/// Asks `count` times over one connection, as a stranger; how many were refused.
fn burst(port: u16, count: usize) -> usize {
    use std::io::Write as _;
    let mut stream = wire::connect(port);
    let one = format!("GET /api/catalog/entities HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
    let mut all = format!("{one}\r\n").repeat(count - 1);
    all += &one;
    all += "Connection: close\r\n\r\n";
    let mut writer = stream.try_clone().expect("a second handle");
    let sender = std::thread::spawn(move || writer.write_all(all.as_bytes()));
    let answers = String::from_utf8_lossy(&wire::rest(&mut stream)).matches("HTTP/1.1 401").count();
    let _ = sender.join();
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_log_nothing_is_served() {
    let Some(postgres) = testkit::postgres::start() else { return };
    let database = postgres.database();
    let server = format!(
        "  database:\n    client: pg\n    connection: {{ host: '{}', port: {}, user: {}, password: '{}', database: {database}, ssl: false }}\n",
        postgres.host(),
        postgres.port(),
        postgres.user(),
        postgres.password(),
    );
    let setup = kept("");
    let config = world::CONFIG.replace("backend:\n", &format!("backend:\n{server}"));
    let portal = setup.config(&config).start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    postgres.sql("postgres", &format!("ALTER DATABASE {database} ALLOW_CONNECTIONS false"));
    postgres.sql(
        "postgres",
        &format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}'"
        ),
    );
    // The first record may still be waiting to be written; once it cannot be, everything stops.
    portal
        .until("requests are refused", async || {
            portal.get("/api/catalog/entities", world::TOKEN).await.0 == 503
        })
        .await;
    for path in ["/api/catalog/entities", "/api/catalog/entities/by-name/user/default/ada", "/catalog"] {
        let (status, body) = portal.get(path, world::TOKEN).await;
        assert_eq!(status, 503, "{path}");
        assert!(!body.to_string().contains("metadata"), "{body}");
    }
    let refused = wire::request(
        portal.port(),
        "GET /api/catalog/entities",
        &[("Authorization", &format!("Bearer {}", world::TOKEN))],
    );
    assert_eq!((refused.status, refused.header("Retry-After").as_str()), (503, "5"));
    assert_eq!(portal.get("/.backstage/health/v1/readiness", "").await.0, 503);
    assert_eq!(portal.get("/.backstage/health/v1/liveness", "").await.0, 200);
    postgres.sql("postgres", &format!("ALTER DATABASE {database} ALLOW_CONNECTIONS true"));
    portal
        .until("requests are served again", async || {
            portal.get("/api/catalog/entities", world::TOKEN).await.0 == 200
        })
        .await;
}
