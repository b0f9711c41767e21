//! Which database, and how to reach it. The server maps its configuration to these.

use std::path::PathBuf;

use model::Secret;

/// The database to open.
#[derive(Clone, Debug)]
pub enum Options {
    /// SQLite in memory: gone when the store is dropped.
    SqliteMemory,
    /// SQLite in `stagedoor.db` inside this folder; both are made if they are not there.
    SqliteFile(PathBuf),
    /// A PostgreSQL server, shared by any number of replicas.
    Postgres(PgOptions),
}

/// How to reach a PostgreSQL database.
#[derive(Clone, Debug)]
pub struct PgOptions {
    /// Where it is and who we are there.
    pub server: PgServer,
    /// Whether the connection is encrypted. Unix sockets never are.
    pub tls: PgTls,
    /// Schema to keep our tables in; `None` for the user's default. Made if it is not there.
    pub schema: Option<String>,
    /// Most connections at once; at least 2 are kept possible.
    pub connections: u32,
}

/// Address and credentials.
#[derive(Clone, Debug)]
pub enum PgServer {
    /// Backstage's separate connection keys.
    Parts {
        /// Host name, address, or the folder of a Unix socket (starts with `/`).
        host: String,
        /// TCP port, or the number in the socket's name.
        port: u16,
        /// Role to log in as.
        user: String,
        /// Its password, if the server asks for one.
        password: Option<Secret<String>>,
        /// Database; made if it is not there and the role may.
        database: String,
    },
    /// A `postgres://user:password@host:port/database` URL. What it says about TLS is not followed:
    /// [`PgOptions::tls`] decides.
    Url(Secret<String>),
}

/// Encryption of the connection. There is no "encrypted but unverified".
#[derive(Clone, Debug)]
pub enum PgTls {
    /// Certificate and host name are verified, against the public authorities and these.
    Verified {
        /// More authorities, PEM text.
        ca_pem: Option<String>,
    },
    /// Plain text.
    Disabled,
}
