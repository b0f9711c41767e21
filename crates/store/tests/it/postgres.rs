//! Reaching PostgreSQL: verified, in a schema of one's own, one migration at a time, and clearly
//! refused otherwise.

use std::sync::Arc;

use model::{Change, Clock, Secret};
use store::{OpenError, Options, PgOptions, PgServer, PgTls, Store, StoreError};
use testkit::postgres::{Postgres, start, start_tls};

use crate::world::{Engine, TestClock, entity, pg};

async fn open(options: PgOptions) -> Result<Store, OpenError> {
    let clock: Arc<dyn Clock> = TestClock::new();
    Store::open(Options::Postgres(options), clock).await
}

fn with_host(server: &Postgres, database: &str, host: &str, tls: PgTls) -> PgOptions {
    let mut options = pg(server, database);
    if let PgServer::Parts { host: place, .. } = &mut options.server {
        host.clone_into(place);
    }
    PgOptions { tls, ..options }
}

fn trusting(ca: &str) -> PgTls {
    PgTls::Verified { ca_pem: Some(ca.to_owned()) }
}

#[tokio::test]
async fn only_a_verified_server_is_talked_to() {
    let Some(server) = start_tls() else { return };
    let (database, authority) = (server.database(), server.authority().expect("it has TLS"));
    let store = open(with_host(server, &database, "localhost", trusting(authority.pem()))).await;
    let store = store.unwrap_or_else(|error| panic!("the right authority: {error:?}"));
    store.apply(&Change { upserts: vec![entity("a", 1)], deletes: Vec::new() }).await.expect("written");

    let wrong = [
        ("another authority", "localhost", trusting(authority.stranger_pem())),
        ("public authorities only", "localhost", PgTls::Verified { ca_pem: None }),
        ("a name the certificate lacks", "127.0.0.1", trusting(authority.pem())),
    ];
    for (what, host, tls) in wrong {
        let error = open(with_host(server, &database, host, tls)).await.expect_err(what);
        assert!(error.to_string().contains("cannot be encrypted and verified; check"), "{what}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_in_plain_text_is_refused_where_tls_is_wanted() {
    let (Some(server), Some(other)) = (start(), start_tls()) else { return };
    let authority = other.authority().expect("it has TLS");
    let error = open(with_host(server, &server.database(), "localhost", trusting(authority.pem()))).await;
    let error = error.expect_err("plain text");
    assert!(error.to_string().contains("cannot be encrypted and verified; check"), "{error:?}");
}

#[tokio::test]
async fn a_socket_needs_no_tls() {
    let Some(server) = start() else { return };
    let folder = server.socket_folder().to_str().expect("UTF-8");
    let tls = PgTls::Verified { ca_pem: None };
    open(with_host(server, &server.database(), folder, tls)).await.expect("over the socket");
}

#[tokio::test]
async fn a_database_and_a_schema_are_made_where_they_are_missing() {
    let Some(server) = start() else { return };
    let options = PgOptions { schema: Some("Door-1".into()), ..pg(server, "brand-\"new\"") };
    for _ in 0..2 {
        open(options.clone()).await.expect("made, then found").close().await;
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'Door-1' AND tablename = 'entities'";
    assert_eq!(server.sql("brand-%22new%22", tables).trim(), "1");
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let Some(server) = start() else { return };
    let database = server.database();
    server.sql("postgres", "CREATE ROLE small LOGIN PASSWORD 'p'");
    let by = |user: &str, password: &str, database: &str| PgOptions {
        server: PgServer::Parts {
            host: server.host().into(),
            port: server.port(),
            user: user.into(),
            password: Some(Secret::new(password.into())),
            database: database.into(),
        },
        ..pg(server, database)
    };
    let mut closed = pg(server, &database);
    if let PgServer::Parts { port, .. } = &mut closed.server {
        *port = 1;
    }
    let schema = |name: &str, options| PgOptions { schema: Some(name.into()), ..options };
    let cases = [
        (by("small", "hunter2", &database), "check user and password"),
        (by("nobody", "hunter2", &database), "check user and password"),
        (by("small", "p", "not-there"), "there is no such database, and this user may not create it"),
        (schema("new", by("small", "p", &database)), "this user may not create the schema"),
        (schema("a b", pg(server, &database)), "schema name `a b` is not"),
        (closed, "nobody answers there"),
    ];
    for (options, expected) in cases {
        let error = open(options).await.expect_err(expected);
        assert!(error.to_string().contains(expected), "{error:?}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_start_together_migrate_once() {
    let Some(server) = start() else { return };
    let options = PgOptions { schema: Some("together".into()), ..pg(server, &server.database()) };
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..8 {
        starts.spawn(open(options.clone()));
    }
    for store in starts.join_all().await {
        store.expect("it opens");
    }
}

#[tokio::test]
async fn a_later_schema_is_refused() {
    let Some(engine) = Engine::postgres() else { return };
    engine.open(&TestClock::new()).await.close().await;
    engine.sql("UPDATE schema_version SET version = 4711");
    let clock: Arc<dyn Clock> = TestClock::new();
    let error = Store::open(engine.options(), clock).await.expect_err("a later release's");
    assert!(matches!(error, OpenError::Newer { found: 4711, .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_an_error_and_then_found_again() {
    let Some(engine) = Engine::postgres() else { return };
    let store = engine.open(&TestClock::new()).await;
    engine.sql("ALTER TABLE feed RENAME TO away");
    assert!(matches!(store.sequence().await, Err(StoreError::Database(_))));
    engine.sql("ALTER TABLE away RENAME TO feed");
    engine.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()");
    // The pool notices dead connections when it takes them out.
    assert_eq!(store.sequence().await.expect("connected anew"), 0);
}
