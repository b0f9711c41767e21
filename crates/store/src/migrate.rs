//! Bringing the tables up to date: each migration once, in order, all in one transaction.

use sqlx::{PgPool, SqliteConnection};

use crate::OpenError;
use crate::db::Columns;

/// All migrations; the n-th brings the schema to version n. Append only: a released text is never
/// changed. Where the engines must differ, an entry holds two texts.
const MIGRATIONS: &[Migration] = &[
    Migration::same(include_str!("../migrations/0001_start.sql")),
    Migration::same(include_str!("../migrations/0002_screening.sql")),
    Migration::same(include_str!("../migrations/0003_sign_in.sql")),
];

struct Migration {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Migration {
    const fn same(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// Key of the advisory lock that lets one replica migrate at a time: `stagedoor` cut to 8 bytes.
const LOCK: i64 = i64::from_be_bytes(*b"stagedoo");

fn pending(found: i64) -> Result<impl Iterator<Item = (i64, &'static Migration)>, OpenError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let done = usize::try_from(found).ok().filter(|done| *done <= MIGRATIONS.len());
    let done = done.ok_or(OpenError::Newer { found, known })?;
    Ok((1..).zip(MIGRATIONS).skip(done))
}

/// SQLite keeps its version in the file's header (`user_version`).
pub(crate) async fn sqlite(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let run = async |connection: &mut SqliteConnection| -> Result<Result<(), OpenError>, sqlx::Error> {
        let row = sqlx::query("PRAGMA user_version").fetch_one(&mut *connection).await?;
        let pending = match pending(row.int(0)?) {
            Ok(pending) => pending,
            Err(newer) => return Ok(Err(newer)),
        };
        for (version, migration) in pending {
            sqlx::raw_sql(migration.sqlite).execute(&mut *connection).await?;
            let mark = format!("PRAGMA user_version = {version}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(mark)).execute(&mut *connection).await?;
        }
        Ok(Ok(()))
    };
    let prepare = |error: sqlx::Error| OpenError::Prepare(error.into());
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *connection).await.map_err(prepare)?;
    let outcome = run(connection).await.map_err(prepare).and_then(|inner| inner);
    let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = sqlx::raw_sql(end).execute(connection).await.map(drop).map_err(prepare);
    outcome.and(ended)
}

/// PostgreSQL keeps its version in a table of one row.
pub(crate) async fn postgres(pool: &PgPool) -> Result<(), OpenError> {
    let prepare = |error: sqlx::Error| OpenError::Prepare(error.into());
    let mut tx = pool.begin().await.map_err(prepare)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await.map_err(prepare)?;
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS schema_version (id INTEGER PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL); \
         INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING",
    )
    .execute(&mut *tx)
    .await
    .map_err(prepare)?;
    let row = sqlx::query("SELECT version FROM schema_version").fetch_one(&mut *tx).await.map_err(prepare)?;
    for (version, migration) in pending(row.int(0).map_err(prepare)?)? {
        sqlx::raw_sql(migration.postgres).execute(&mut *tx).await.map_err(prepare)?;
        sqlx::query("UPDATE schema_version SET version = $1")
            .bind(version)
            .execute(&mut *tx)
            .await
            .map_err(prepare)?;
    }
    tx.commit().await.map_err(prepare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_and_impossible_versions_are_refused() {
        let last = i64::try_from(MIGRATIONS.len()).expect("few migrations");
        assert_eq!(pending(0).expect("a new database").count(), MIGRATIONS.len());
        assert_eq!(pending(last).expect("up to date").count(), 0);
        for wrong in [last + 1, -1, i64::MIN, i64::MAX] {
            assert!(matches!(pending(wrong), Err(OpenError::Newer { .. })), "{wrong}");
        }
    }
}
