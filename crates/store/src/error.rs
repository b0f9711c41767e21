//! What can go wrong while the database is in use, sorted by what an operator would do about it.

use sqlx::error::{DatabaseError, Error as Sqlx};

/// Why an operation on the store failed. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the same entities first. Read the feed, compute again, retry.
    #[error("changed by another writer meanwhile: {}", refs.join(", "))]
    Conflict {
        /// The refs in question, at most 20 of them.
        refs: Vec<String>,
    },
    /// One change names the same entity twice.
    #[error("one change names `{0}` twice")]
    Repeated(String),
    /// A kept row is not what was written. It is never skipped silently: an index without it would
    /// answer "no such entity".
    #[error(
        "the stored row of `{entity}` cannot be read (column {column}); to have it read again from its \
         source, stop the server and run in the database: DELETE FROM entities WHERE ref = '{}'",
        entity.replace('\'', "''")
    )]
    Undecodable {
        /// The row's key as it stands in the database.
        entity: String,
        /// Which column.
        column: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A kept session is not what was written.
    #[error("the stored session `{id}` cannot be read (column {column}); its user has to sign in again")]
    UndecodableSession {
        /// The row's key as it stands in the database.
        id: String,
        /// Which column.
        column: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A kept row of another table is not what was written.
    #[error("the row `{key}` of the table `{table}` cannot be read (column {column}); it may be deleted")]
    UndecodableRow {
        /// Which table.
        table: &'static str,
        /// The row's key as it stands in the database.
        key: String,
        /// Which column.
        column: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A text is not kept: cut, it would mean something else.
    #[error(
        "a text for column {column} of the table `{table}` is longer than {max} bytes, or has control characters"
    )]
    Unfit {
        /// Which table.
        table: &'static str,
        /// Which column.
        column: &'static str,
        /// Most bytes there.
        max: usize,
    },
    /// The volume is full.
    #[error("no space left for the database; free some or enlarge its volume")]
    Full(#[source] Sqlx),
    /// The database, its folder or its server does not allow writing.
    #[error("the database is read-only; make its folder (or server) writable for this user")]
    ReadOnly(#[source] Sqlx),
    /// Pages of the database file are damaged.
    #[error(
        "the database is damaged; it was left as it is: restore a backup, or try `sqlite3 stagedoor.db .recover` \
         on a copy"
    )]
    Corrupt(#[source] Sqlx),
    /// It took longer than it may, or somebody else held a lock for too long.
    #[error("the database is busy; the operation was given up")]
    Busy(#[source] Sqlx),
    /// The server cannot be reached, or hung up.
    #[error("the database cannot be reached")]
    Unreachable(#[source] Sqlx),
    /// Anything else the database says.
    #[error("the database refused the operation")]
    Database(#[source] Sqlx),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody mending anything.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Unreachable(_))
    }
}

/// Family of a database's own error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Full,
    ReadOnly,
    Corrupt,
    NotADatabase,
    Busy,
    Unreachable,
    Other,
}

impl Trouble {
    pub(crate) fn of(error: &Sqlx) -> Self {
        match error {
            Sqlx::Database(inner) => Self::of_code(inner.as_ref()),
            Sqlx::PoolTimedOut => Self::Busy,
            Sqlx::Io(_) | Sqlx::Tls(_) | Sqlx::PoolClosed | Sqlx::WorkerCrashed => Self::Unreachable,
            _ => Self::Other,
        }
    }

    fn of_code(error: &dyn DatabaseError) -> Self {
        let Some(code) = error.code() else { return Self::Other };
        // SQLite's codes are decimal, the primary one in the low byte; PostgreSQL's are five characters.
        if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
            return match code.parse::<u32>().map(|code| code & 0xff) {
                Ok(5 | 6) => Self::Busy,
                Ok(8) => Self::ReadOnly,
                Ok(11) => Self::Corrupt,
                Ok(13) => Self::Full,
                Ok(26) => Self::NotADatabase,
                _ => Self::Other,
            };
        }
        match code.as_ref() {
            "53100" => Self::Full,
            "25006" => Self::ReadOnly,
            "XX001" | "XX002" => Self::Corrupt,
            "57014" | "55P03" | "40001" | "40P01" | "53300" => Self::Busy,
            "57P01" | "57P02" | "57P03" => Self::Unreachable,
            _ => Self::Other,
        }
    }
}

impl From<Sqlx> for StoreError {
    fn from(error: Sqlx) -> Self {
        match Trouble::of(&error) {
            Trouble::Full => Self::Full(error),
            Trouble::ReadOnly => Self::ReadOnly(error),
            Trouble::Corrupt | Trouble::NotADatabase => Self::Corrupt(error),
            Trouble::Busy => Self::Busy(error),
            Trouble::Unreachable => Self::Unreachable(error),
            Trouble::Other => Self::Database(error),
        }
    }
}
