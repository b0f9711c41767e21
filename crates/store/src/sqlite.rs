//! Opening SQLite: whose file it is is decided from its first bytes, before SQLite may touch it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::db::Db;
use crate::error::Trouble;
use crate::{OpenError, migrate};

/// The file's name inside its folder.
const FILE: &str = "stagedoor.db";
/// `application_id` in the header: `Stag`.
const APPLICATION: u32 = u32::from_be_bytes(*b"Stag");
/// Connections that read; each is a thread with a cache of 2 MiB.
const READERS: u32 = 4;
const RESTORE: &str = "restore a backup, or move it away to start with an empty catalog (audit records and \
                       sessions in it are then gone)";

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // Deleted sessions and links are overwritten, not just unlinked.
        .pragma("secure_delete", "ON")
        .pragma("cell_size_check", "ON")
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

/// A database in memory. It lives as long as its one connection, so that one is never replaced.
pub(crate) async fn open_memory() -> Result<Db, OpenError> {
    let pool = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options().in_memory(true))
        .await
        .map_err(|error| OpenError::Prepare(error.into()))?;
    let mut connection = pool.acquire().await.map_err(|error| OpenError::Prepare(error.into()))?;
    migrate::sqlite(&mut connection).await?;
    drop(connection);
    Ok(Db::Sqlite { writer: pool.clone(), reader: pool })
}

/// A database in a file.
pub(crate) async fn open_file(folder: &Path) -> Result<Db, OpenError> {
    let path = folder.join(FILE);
    if prepare_file(folder, &path)? == Found::Nothing {
        create(folder, &path).await?;
    }
    // WAL, and FULL on the connection that writes: a commit is on disk before it is answered, since an
    // audit record must survive a power cut that follows. The price is one fsync per group of records.
    let options = options()
        .filename(&path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // Pages that many groups of records change go to the file once per 16 MiB of log.
        .pragma("wal_autocheckpoint", "4096")
        .pragma("journal_size_limit", "16777216");
    let failed = |error: sqlx::Error| refused(&path, error);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options.clone().synchronous(SqliteSynchronous::Full))
        .await
        .map_err(failed)?;
    let mut connection = writer.acquire().await.map_err(failed)?;
    migrate::sqlite(&mut connection).await?;
    drop(connection);
    let reader: SqlitePool = SqlitePoolOptions::new()
        .max_connections(READERS)
        // A scan hands rows from SQLite's thread to ours; fewer, larger hand-overs.
        .connect_with(
            options.synchronous(SqliteSynchronous::Normal).pragma("query_only", "ON").row_buffer_size(256),
        )
        .await
        .map_err(failed)?;
    Ok(Db::Sqlite { writer, reader })
}

#[derive(PartialEq, Eq)]
enum Found {
    Nothing,
    Ours,
}

/// Makes the folder, looks at the file without SQLite, and closes it to other users.
fn prepare_file(folder: &Path, path: &Path) -> Result<Found, OpenError> {
    let cannot = |path: &Path| {
        let path = path.to_owned();
        move |source| OpenError::Folder { path, source }
    };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(cannot(folder))?;
    let refuse = |problem, mend| Err(OpenError::File { path: path.to_owned(), problem, mend });
    let mut header = Vec::with_capacity(100);
    match File::open(path) {
        Ok(file) => file.take(100).read_to_end(&mut header).map_err(cannot(path))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // SQLite would throw a log away whose database is missing.
            if log_of(path).exists() {
                return refuse("is missing, but its log `stagedoor.db-wal` is there", RESTORE);
            }
            return Ok(Found::Nothing);
        }
        Err(error) => return Err(cannot(path)(error)),
    };
    if header.is_empty() {
        return refuse("is empty, which a database never is", RESTORE);
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return refuse(
            "is no SQLite database",
            "it is damaged or not ours; move it away or restore a backup",
        );
    }
    let Some(id) = header.get(68..72) else {
        return refuse("is cut off within its header", RESTORE);
    };
    if id != APPLICATION.to_be_bytes() {
        return refuse("is another application's database", "choose another folder");
    }
    // Hashes and audit records are nobody else's business. SQLite gives its log the same mode.
    let about = fs::metadata(path).map_err(cannot(path))?;
    // A log that is left may hold what the file lacks; without one the file is whole or cut.
    let logged = fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0);
    if !logged && recorded_length(&header).is_none_or(|length| about.len() < length) {
        return refuse("is cut off", RESTORE);
    }
    let mode = about.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700)).map_err(cannot(path))?;
    }
    Ok(Found::Ours)
}

/// How long the file was when its header was last written: page size times pages; `None` where the
/// header itself is cut. 0 if another program wrote it that does not say.
fn recorded_length(header: &[u8]) -> Option<u64> {
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let page = match u16::from_be_bytes(header.get(16..18)?.try_into().ok()?) {
        1 => 65_536,
        size => u64::from(size),
    };
    let (changes, pages, pages_as_of) = (number(24)?, number(28)?, number(92)?);
    Some(if changes == pages_as_of { page * u64::from(pages) } else { 0 })
}

fn log_of(path: &Path) -> PathBuf {
    path.with_file_name(format!("{FILE}-wal"))
}

/// Makes a new database beside its place and moves it there complete, so that a start that is cut
/// short leaves no half-made file, and never over another file.
async fn create(folder: &Path, path: &Path) -> Result<(), OpenError> {
    let draft = folder.join(format!(".{FILE}.{}.new", std::process::id()));
    let cannot = |source| OpenError::Folder { path: draft.clone(), source };
    for leftover in [draft.clone(), draft.with_extension("new-journal")] {
        match fs::remove_file(&leftover) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(cannot(error)),
            _ => {}
        }
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(cannot)?;
    let failed = |error: sqlx::Error| refused(&draft, error);
    let mut connection = options()
        .filename(&draft)
        .synchronous(SqliteSynchronous::Full)
        .pragma("application_id", APPLICATION.to_string())
        .connect()
        .await
        .map_err(failed)?;
    let migrated = migrate::sqlite(&mut connection).await;
    let closed = sqlx::Connection::close(connection).await.map_err(failed);
    let moved = match migrated.and(closed) {
        Ok(()) => fs::hard_link(&draft, path)
            .or_else(|error| match error.kind() {
                // Another process was faster, and its database is as good.
                io::ErrorKind::AlreadyExists => Ok(()),
                // A file system without links.
                io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied if !path.exists() => {
                    fs::copy(&draft, path).map(drop)
                }
                _ => Err(error),
            })
            .and_then(|()| File::open(folder)?.sync_all())
            .map_err(cannot),
        Err(error) => Err(error),
    };
    let removed = fs::remove_file(&draft).map_err(cannot);
    moved.and(removed)
}

/// What SQLite's refusal to open our file means.
fn refused(path: &Path, error: sqlx::Error) -> OpenError {
    let file = |problem, mend| OpenError::File { path: path.to_owned(), problem, mend };
    match Trouble::of(&error) {
        Trouble::Corrupt => file("is damaged (cut off, or pages of it are wrong)", RESTORE),
        Trouble::NotADatabase => file("is damaged in its header", RESTORE),
        _ => OpenError::Prepare(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::{Change, EntityRef, StoredEntity, SystemClock};

    use super::*;
    use crate::{Options, Store, StoreError};

    fn change(entities: u32) -> Change {
        let upserts = (0..entities).map(|n| StoredEntity {
            entity_ref: EntityRef::new("component", "default", &format!("e{n}")),
            uid: format!("uid-{n}").into(),
            etag: "etag".into(),
            body: format!("{{\"pad\":\"{}\"}}", "x".repeat(1000)).into(),
            edges: Vec::new(),
            location_key: "file:./a.yaml".into(),
            origin: "file:./a.yaml".into(),
            parents: Vec::new(),
            source_hash: "hash".into(),
            problems: Vec::new(),
        });
        Change { upserts: upserts.collect(), deletes: Vec::new() }
    }

    async fn open(folder: &Path) -> Store {
        Store::open(Options::SqliteFile(folder.into()), Arc::new(SystemClock)).await.expect("a new database")
    }

    async fn tell_writer(store: &Store, sql: &'static str) {
        let Db::Sqlite { writer, .. } = &store.db else { unreachable!("SQLite") };
        sqlx::raw_sql(sql).execute(writer).await.expect("it is run");
    }

    #[tokio::test]
    async fn a_full_volume_is_said_and_nothing_is_half_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = open(folder.path()).await;
        store.apply(&change(10)).await.expect("there is room");
        // What a full volume looks like to SQLite, without needing the rights to make one.
        tell_writer(&store, "PRAGMA max_page_count = 60").await;
        let error = store.apply(&change(2_000)).await.expect_err("no room");
        assert!(matches!(error, StoreError::Full(_)), "{error:?}");
        assert_eq!(error.to_string(), "no space left for the database; free some or enlarge its volume");
        assert_eq!(store.sequence().await.expect("still open"), 1);
        assert_eq!(store.apply(&change(5)).await.expect("a smaller one fits"), 2);
    }

    #[tokio::test]
    async fn a_database_that_may_not_be_written_says_so() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = open(folder.path()).await;
        tell_writer(&store, "PRAGMA query_only = ON").await;
        let error = store.apply(&change(1)).await.expect_err("read-only");
        assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
        assert_eq!(store.sequence().await.expect("it can be read"), 0);
    }

    #[tokio::test]
    async fn every_commit_is_on_disk_before_it_is_answered() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = open(folder.path()).await;
        let Db::Sqlite { writer, reader } = &store.db else { unreachable!("SQLite") };
        let pragma = async |pool: &SqlitePool, sql: &'static str| -> String {
            let row = sqlx::query(sql).fetch_one(pool).await.expect("a value");
            sqlx::Row::try_get_unchecked(&row, 0).expect("text")
        };
        assert_eq!(pragma(writer, "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous").await, "2");
        assert_eq!(pragma(writer, "PRAGMA journal_mode").await, "wal");
        assert_eq!(pragma(writer, "SELECT CAST(secure_delete AS TEXT) FROM pragma_secure_delete").await, "1");
        assert_eq!(pragma(reader, "SELECT CAST(query_only AS TEXT) FROM pragma_query_only").await, "1");
    }
}
