//! Database files that are damaged, foreign or too new are refused and left as they are.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use model::{Change, Clock};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use store::{OpenError, Options, Store};

use crate::world::{Engine, TestClock, entity};

/// Opens what must be refused; what is said. The file is the same afterwards.
async fn refused(engine: &Engine) -> OpenError {
    let path = engine.database_file();
    let before = fs::read(&path).ok();
    let clock: Arc<dyn Clock> = TestClock::new();
    let error = Store::open(engine.options(), clock).await.expect_err("it must be refused");
    assert_eq!(fs::read(&path).ok(), before, "{error}: the file was touched");
    error
}

/// A folder with a filled, closed database.
async fn filled() -> Engine {
    let engine = Engine::file();
    let store = engine.open(&TestClock::new()).await;
    let upserts = (0..200).map(|n| entity(&format!("e{n}"), 1)).collect();
    store.apply(&Change { upserts, deletes: Vec::new() }).await.expect("written");
    store.close().await;
    engine
}

pub(crate) async fn sqlite(path: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.expect("a database");
    sqlx::raw_sql(sql).execute(&mut connection).await.expect("it is run");
    sqlx::Connection::close(connection).await.expect("closed");
}

pub(crate) fn put(engine: &Engine, bytes: &[u8]) {
    let path = engine.database_file();
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, bytes).expect("written");
}

#[tokio::test]
async fn garbage_is_refused() {
    for bytes in [&b""[..], b"x", b"garbage that is longer than a header would be".repeat(9).as_slice()] {
        let engine = Engine::file();
        put(&engine, bytes);
        let error = refused(&engine).await;
        let text = error.to_string();
        assert!(matches!(error, OpenError::File { .. }), "{error:?}");
        assert!(text.contains("stagedoor.db`") && text.contains("it was left as it is: "), "{text}");
    }
}

#[tokio::test]
async fn a_file_cut_short_is_refused_at_any_length() {
    let engine = filled().await;
    let whole = fs::read(engine.database_file()).expect("it is there");
    for kept in [16, 71, 72, 99, 100, 4096, 4097, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        let engine = Engine::file();
        put(&engine, &whole[..kept]);
        let error = refused(&engine).await;
        assert!(matches!(error, OpenError::File { .. }), "{kept}: {error:?}");
        assert!(error.to_string().contains("restore a backup"), "{kept}: {error}");
    }
}

#[tokio::test]
async fn another_applications_database_is_refused() {
    let engine = Engine::file();
    put(&engine, b"");
    sqlite(&engine.database_file(), "CREATE TABLE theirs (n INTEGER); PRAGMA user_version = 1").await;
    let error = refused(&engine).await;
    assert!(error.to_string().contains("another application's database"), "{error}");
}

#[tokio::test]
async fn a_later_schema_is_refused() {
    let engine = filled().await;
    sqlite(&engine.database_file(), "PRAGMA user_version = 4711").await;
    let error = refused(&engine).await;
    assert!(matches!(error, OpenError::Newer { found: 4711, .. }), "{error:?}");
    assert!(error.to_string().contains("run the newer release"), "{error}");
}

#[tokio::test]
async fn a_log_without_its_database_is_refused() {
    let engine = filled().await;
    let path = engine.database_file();
    fs::rename(&path, path.with_file_name("stagedoor.db-wal")).expect("moved");
    let error = refused(&engine).await;
    assert!(error.to_string().contains("stagedoor.db-wal"), "{error}");
}

#[tokio::test]
async fn damaged_pages_are_found_when_they_are_read() {
    let engine = filled().await;
    let path = engine.database_file();
    let mut bytes = fs::read(&path).expect("it is there");
    for page in bytes.chunks_mut(4096).skip(1) {
        page.fill(0x5a);
    }
    fs::write(&path, &bytes).expect("written");
    let clock: Arc<dyn Clock> = TestClock::new();
    match Store::open(engine.options(), clock).await {
        Ok(store) => {
            let error = store.scan(|_| ()).await.expect_err("it is damaged").to_string();
            assert!(error.contains("the database is damaged; it was left as it is"), "{error}");
        }
        Err(error) => assert!(error.to_string().contains("damaged"), "{error}"),
    }
}

#[tokio::test]
async fn files_are_for_their_owner_only() {
    let engine = filled().await;
    let path = engine.database_file();
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().expect("a folder")), 0o700);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).expect("set");
    let store = engine.open(&TestClock::new()).await;
    store.apply(&Change { upserts: vec![entity("x", 1)], deletes: Vec::new() }).await.expect("written");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_file_name("stagedoor.db-wal")), 0o600);
    let left: Vec<_> = fs::read_dir(path.parent().expect("a folder"))
        .expect("read")
        .map(|file| file.expect("read").file_name().into_string().expect("UTF-8"))
        .filter(|name| !name.starts_with("stagedoor.db"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_named() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("file");
    fs::write(&file, "").expect("written");
    let clock: Arc<dyn Clock> = TestClock::new();
    let error = Store::open(Options::SqliteFile(file.join("data")), clock).await.expect_err("no folder");
    assert!(error.to_string().contains("/file/data`; give this user a folder"), "{error}");
}
