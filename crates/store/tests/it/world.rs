//! Engines to tell the story on, a clock to turn, and entities to keep.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use identity::{SessionKind, TokenHash};
use model::{Clock, Edge, EntityRef, RefContext, Secret, StatusItem, StoredEntity, Timestamp};
use store::{NewSession, Options, PgOptions, PgServer, PgTls, Store};
use time::{Duration, macros::datetime};
use uuid::Uuid;

/// A clock that moves when it is told to.
pub(crate) struct TestClock(Mutex<Timestamp>);

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(datetime!(2026-11-24 12:00 UTC))))
    }

    pub(crate) fn forward(&self, by: Duration) {
        *self.0.lock().expect("no test panics with it") += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no test panics with it")
    }
}

/// A place where a store lives.
pub(crate) enum Engine {
    Memory,
    File(tempfile::TempDir),
    Postgres(&'static testkit::postgres::Postgres, String),
}

impl Engine {
    /// Every engine there is here.
    pub(crate) fn all() -> Vec<Self> {
        let mut engines = vec![Self::Memory, Self::file()];
        engines.extend(Self::postgres());
        engines
    }

    pub(crate) fn file() -> Self {
        Self::File(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn postgres() -> Option<Self> {
        testkit::postgres::start().map(|server| Self::Postgres(server, server.database()))
    }

    pub(crate) fn options(&self) -> Options {
        match self {
            Self::Memory => Options::SqliteMemory,
            Self::File(folder) => Options::SqliteFile(folder.path().join("data")),
            Self::Postgres(server, database) => Options::Postgres(pg(server, database)),
        }
    }

    pub(crate) async fn open(&self, clock: &Arc<TestClock>) -> Store {
        let clock: Arc<dyn Clock> = Arc::clone(clock) as _;
        Store::open(self.options(), clock).await.unwrap_or_else(|error| panic!("{self}: {error:?}"))
    }

    /// Ends the store and opens the same place again; memory has no place to open again.
    pub(crate) async fn reopen(&self, store: Store, clock: &Arc<TestClock>) -> Store {
        if matches!(self, Self::Memory) {
            return store;
        }
        store.close().await;
        drop(store);
        self.open(clock).await
    }

    /// Runs SQL behind the store's back.
    pub(crate) fn sql(&self, sql: &str) -> Option<String> {
        match self {
            Self::Postgres(server, database) => Some(server.sql(database, sql)),
            Self::Memory | Self::File(_) => None,
        }
    }

    pub(crate) fn database_file(&self) -> PathBuf {
        match self {
            Self::File(folder) => folder.path().join("data/stagedoor.db"),
            _ => panic!("{self} has no file"),
        }
    }
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Memory => "SQLite in memory",
            Self::File(_) => "SQLite in a file",
            Self::Postgres(..) => "PostgreSQL",
        })
    }
}

pub(crate) fn pg(server: &testkit::postgres::Postgres, database: &str) -> PgOptions {
    PgOptions {
        server: PgServer::Parts {
            host: server.host().into(),
            port: server.port(),
            user: server.user().into(),
            password: Some(Secret::new(server.password().into())),
            database: database.into(),
        },
        tls: PgTls::Disabled,
        schema: None,
        connections: 8,
    }
}

pub(crate) fn entity_ref(text: &str) -> EntityRef {
    EntityRef::parse(text, RefContext::default()).expect("a ref")
}

pub(crate) fn hash(n: u8) -> TokenHash {
    TokenHash::from_bytes([n; 32])
}

/// A sign-in for eight hours, told apart by its number, which is also its id and its token's.
pub(crate) fn sign_in(n: u8, user: &str, clock: &TestClock) -> NewSession {
    NewSession {
        id: Uuid::from_u128(n.into()),
        token: hash(n),
        user: entity_ref(user),
        kind: SessionKind::Token,
        expires_at: clock.now() + Duration::hours(8),
        user_agent: None,
        ip: None,
        provider: Some("github".into()),
        environment: Some("production".into()),
        scope: Some("read:user".into()),
        sealed: Some(format!("sealed-{n}")),
    }
}

/// An entity with something in every column, in a text that needs escaping everywhere.
pub(crate) fn entity(name: &str, version: u32) -> StoredEntity {
    StoredEntity {
        entity_ref: entity_ref(&format!("component:default/{name}")),
        uid: format!("uid-of-{name}").into(),
        etag: format!("etag-{version}").into(),
        body: format!(r#"{{"metadata":{{"name":"{name}","title":"\u0000 \"q\" ü 🚪"}},"v":{version}}}"#)
            .into(),
        edges: vec![
            Edge {
                forward: "ownedBy".into(),
                reverse: "ownerOf".into(),
                target: entity_ref("group:default/a"),
            },
            Edge {
                forward: "partOf".into(),
                reverse: "hasPart".into(),
                target: entity_ref("system:x/ü\"s'"),
            },
        ],
        location_key: "url:https://git.example/it's.yaml".into(),
        origin: "file:./all.yaml".into(),
        parents: vec![entity_ref("location:default/root"), entity_ref("location:default/two")],
        source_hash: format!("hash-{version}").into(),
        problems: vec![StatusItem { name: "InputError".into(), message: "line 1\nline \"2\"".into() }],
    }
}
