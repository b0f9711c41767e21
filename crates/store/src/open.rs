//! Opening: the only way to a [`Store`].

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use model::{Clock, Timestamp};

use crate::db::{Db, reading};
use crate::{Options, StoreError, postgres, sqlite};

/// An open database of ours, its tables up to date.
///
/// Cheap to share behind an `Arc`. Every method is one transaction.
pub struct Store {
    pub(crate) db: Db,
    clock: Arc<dyn Clock>,
}

/// Why the database was not opened. What was there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made, or the file cannot be read.
    #[error("cannot use `{}`; give this user a folder it may write to", path.display())]
    Folder {
        /// Folder or file in question.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is no database of ours, or it is damaged.
    #[error("`{}` {problem}; it was left as it is: {mend}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// A later release has changed the tables.
    #[error(
        "the database has schema version {found}, this release knows up to {known}; run the newer release"
    )]
    Newer {
        /// Version of the database.
        found: i64,
        /// Last version this release knows.
        known: i64,
    },
    /// An option has no meaning.
    #[error("{0}")]
    Option(String),
    /// PostgreSQL cannot be reached, or refuses us.
    #[error("cannot connect to PostgreSQL at {at}: {problem}")]
    Connect {
        /// Address and database, without credentials.
        at: String,
        /// What is wrong and what to do.
        problem: &'static str,
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },
    /// The tables cannot be made or read.
    #[error("cannot prepare the database's tables")]
    Prepare(#[source] StoreError),
}

impl Store {
    /// Opens the database, makes what is missing and brings its tables up to date.
    ///
    /// A file that is damaged, foreign or from a later release is refused and not touched.
    pub async fn open(options: Options, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let db = match options {
            Options::SqliteMemory => sqlite::open_memory().await?,
            Options::SqliteFile(folder) => sqlite::open_file(&folder).await?,
            Options::Postgres(options) => postgres::open(&options).await?,
        };
        Ok(Self { db, clock })
    }

    /// Answers when the database does; for health checks.
    pub async fn ping(&self) -> Result<(), StoreError> {
        reading!(&self.db, |pool| sqlx::query(crate::sql::FEED).fetch_one(pool).await.map(drop))?;
        Ok(())
    }

    /// Finishes what is under way and lets go of the database.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("db", &self.db).finish_non_exhaustive()
    }
}
