//! `backend.database`: where the store keeps its rows.

use std::path::PathBuf;

use model::Secret;

use super::Pem;

/// Where the store keeps its rows.
#[derive(Clone, Debug)]
pub enum Database {
    /// `better-sqlite3` with `:memory:`; gone at exit.
    SqliteMemory,
    /// `better-sqlite3` with `connection.directory`.
    SqliteDirectory(PathBuf),
    /// `better-sqlite3` with a file name.
    SqliteFile(PathBuf),
    /// `pg`.
    Postgres(PostgresOptions),
}

/// How to reach PostgreSQL. A connection string is taken apart into the same fields.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// Host name, address, or the directory of a Unix socket (begins with `/`).
    pub host: String,
    /// Port, 5432 unless given.
    pub port: u16,
    /// User name, `postgres` unless given.
    pub user: String,
    /// Password.
    pub password: Option<Secret<String>>,
    /// Database to connect to; `None` leaves it to `division`.
    pub database: Option<String>,
    /// Whether the connection is encrypted, and by whose word the server is known.
    pub tls: PgTls,
    /// `backend.database.pluginDivisionMode`.
    pub division: PluginDivision,
    /// `backend.database.prefix`, `backstage_plugin_` unless given.
    pub prefix: String,
    /// `backend.database.ensureExists`: create a missing database. True unless given.
    pub ensure_exists: bool,
    /// `backend.database.knexConfig.pool.max`.
    pub max_connections: Option<u32>,
}

/// TLS to PostgreSQL. There is no unverified form.
#[derive(Clone, Debug)]
pub enum PgTls {
    /// Plain text: only to this machine, or in development.
    Disabled,
    /// The certificate and the host name are checked, against `ca` or the usual roots.
    Verified {
        /// The authority to trust instead of the usual roots.
        ca: Option<Pem>,
    },
}

/// How Backstage keeps plugins apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PluginDivision {
    /// A database each, named by prefix and plugin.
    #[default]
    Database,
    /// A schema each, in one database.
    Schema,
}
