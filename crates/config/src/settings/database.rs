//! `backend.database`: where the store keeps its rows.

use std::path::PathBuf;

use model::Secret;

use url::Url;

use super::Pem;
use super::findings::{Findings, shown};
use super::listen::{is_loopback, pem};
use crate::{Config, Mode, Problem, ValueRef};

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

/// Reads `backend.database`.
pub(super) fn database(config: &Config, mode: Mode, findings: &mut Findings) -> Option<Database> {
    let value = config.at("backend.database");
    let client = value.at("client");
    if !value.exists() && mode == Mode::Development {
        return Some(Database::SqliteMemory);
    }
    let named = client.required_string().map_err(|problem| {
        if client.exists() {
            problem
        } else {
            problem.fix("write `client: better-sqlite3` or `client: pg`, and a connection")
        }
    });
    match findings.keep(named)? {
        "better-sqlite3" => sqlite(config, &value.at("connection"), mode, findings),
        "pg" => postgres(config, mode, findings).map(Database::Postgres),
        other => {
            findings.push(
                client
                    .problem(format!("database client `{other}` is unknown", other = shown(other)))
                    .fix("write `better-sqlite3` (a directory or :memory:) or `pg`"),
            );
            None
        }
    }
}

fn sqlite(
    config: &Config,
    connection: &ValueRef<'_>,
    mode: Mode,
    findings: &mut Findings,
) -> Option<Database> {
    if connection.is_object() {
        if let Some(directory) = findings.take(connection.at("directory").string()) {
            return Some(Database::SqliteDirectory(config.base().join(directory)));
        }
        let filename = connection.at("filename");
        let text = findings.keep(filename.required_string().map_err(|problem| {
            problem.fix("write `connection: { directory: /var/lib/stagedoor }` or `connection: ':memory:'`")
        }))?;
        return Some(sqlite_file(config, text, &filename, mode, findings));
    }
    let text = findings.keep(connection.required_string())?;
    Some(sqlite_file(config, text, connection, mode, findings))
}

fn sqlite_file(
    config: &Config,
    text: &str,
    value: &ValueRef<'_>,
    mode: Mode,
    findings: &mut Findings,
) -> Database {
    if text != ":memory:" {
        return Database::SqliteFile(config.base().join(text));
    }
    if mode == Mode::Production {
        findings.push(
            value
                .warning("the database is in memory: the audit log and everything else is gone at exit")
                .fix("write `connection: { directory: /var/lib/stagedoor }`"),
        );
    }
    Database::SqliteMemory
}

/// The parts of a connection, whichever way it was written.
#[derive(Default)]
struct Parts {
    host: Option<String>,
    port: Option<u16>,
    user: Option<String>,
    password: Option<Secret<String>>,
    database: Option<String>,
    /// `None` where nothing is said.
    encrypted: Option<bool>,
    ca: Option<Pem>,
}

fn postgres(config: &Config, mode: Mode, findings: &mut Findings) -> Option<PostgresOptions> {
    let database = config.at("backend.database");
    let connection = database.at("connection");
    let parts = if connection.is_string() {
        findings.take(connection.string()).and_then(|text| from_url(text, &connection, findings))?
    } else {
        findings.keep(connection.entries())?;
        from_object(&connection, findings)
    };
    let host = parts.host.unwrap_or_else(|| "localhost".to_owned());
    let tls = tls(&host, parts.encrypted, parts.ca, &connection, mode, findings)?;
    let division = match findings.take(database.at("pluginDivisionMode").string()) {
        None | Some("database") => PluginDivision::Database,
        Some("schema") => PluginDivision::Schema,
        Some(other) => {
            let problem = database
                .at("pluginDivisionMode")
                .problem(format!("`{other}` is no division mode", other = shown(other)));
            findings.push(problem.fix("write `database` or `schema`"));
            return None;
        }
    };
    let pool = database.at("knexConfig.pool.max");
    Some(PostgresOptions {
        host,
        port: parts.port.unwrap_or(5432),
        user: parts.user.unwrap_or_else(|| "postgres".to_owned()),
        password: parts.password,
        database: parts.database,
        tls,
        division,
        prefix: findings.take(database.at("prefix").string()).unwrap_or("backstage_plugin_").to_owned(),
        ensure_exists: findings.take(database.at("ensureExists").boolean()).unwrap_or(true),
        max_connections: findings.take(pool.integer(1, 1_000)).and_then(|most| u32::try_from(most).ok()),
    })
}

fn from_object(connection: &ValueRef<'_>, findings: &mut Findings) -> Parts {
    if let Some(text) = findings.take(connection.at("connectionString").string()) {
        return from_url(text, &connection.at("connectionString"), findings).unwrap_or_default();
    }
    let mut text = |key: &str| findings.take(connection.at(key).string()).map(str::to_owned);
    let mut parts = Parts {
        host: text("host"),
        user: text("user"),
        password: text("password").map(Secret::new),
        database: text("database"),
        ..Parts::default()
    };
    parts.port =
        findings.take(connection.at("port").integer(1, 65_535)).and_then(|port| u16::try_from(port).ok());
    let ssl = connection.at("ssl");
    if ssl.is_object() {
        parts.encrypted = Some(true);
        if findings.take(ssl.at("rejectUnauthorized").boolean()) == Some(false) {
            findings.push(unverified(&ssl.at("rejectUnauthorized")));
        }
        if ssl.at("ca").exists() {
            parts.ca = findings.keep(pem(&ssl.at("ca"), "CERTIFICATE"));
        }
        for key in ["cert", "key"] {
            if ssl.at(key).exists() {
                let problem = ssl.at(key).problem("client certificates for PostgreSQL are not supported");
                findings.push(problem.fix("remove it and give a password"));
            }
        }
    } else {
        parts.encrypted = findings.take(ssl.boolean());
    }
    parts
}

fn unverified(value: &ValueRef<'_>) -> Problem {
    value.problem("anybody on the way could pose as the database: its certificate would not be checked").fix(
        "write `ssl: { ca: { $file: ca.crt } }`, or `ssl: true` where the usual authorities vouch for it",
    )
}

/// `postgres://user:password@host:port/database?sslmode=…`
fn from_url(text: &str, value: &ValueRef<'_>, findings: &mut Findings) -> Option<Parts> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "postgres" | "postgresql"));
    let Some(url) = url else {
        findings.push(
            value
                .problem("the connection string is no `postgres://` URL")
                .fix("write `postgres://user:password@host:5432/database`, or an object"),
        );
        return None;
    };
    let decoded = |text: &str| {
        (!text.is_empty())
            .then(|| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned())
    };
    let mut parts = Parts {
        host: url.host_str().and_then(decoded).map(|host| host.trim_matches(['[', ']']).to_owned()),
        port: url.port(),
        user: decoded(url.username()),
        password: url.password().and_then(decoded).map(Secret::new),
        database: decoded(url.path().trim_start_matches('/')),
        ..Parts::default()
    };
    for (name, setting) in url.query_pairs() {
        match (name.as_ref(), setting.as_ref()) {
            ("host", host) => parts.host = Some(host.to_owned()),
            ("sslmode", "disable") | ("ssl", "false" | "0") => parts.encrypted = Some(false),
            ("sslmode", "require" | "verify-ca" | "verify-full") | ("ssl", "true" | "1") => {
                parts.encrypted = Some(true);
            }
            ("sslmode", _) => findings.push(unverified(value)),
            ("sslrootcert", path) => parts.ca = Some(Pem::File(path.into())),
            ("application_name", _) => {}
            (name, _) => findings.push(
                value
                    .warning(format!("`{name}` in the connection string is not used", name = shown(name)))
                    .fix("remove it, or write the connection as an object"),
            ),
        }
    }
    Some(parts)
}

/// TLS is on and verified unless the server is on this machine. Plain text to another machine is
/// refused in production.
fn tls(
    host: &str,
    encrypted: Option<bool>,
    ca: Option<Pem>,
    connection: &ValueRef<'_>,
    mode: Mode,
    findings: &mut Findings,
) -> Option<PgTls> {
    let here = host.starts_with('/') || is_loopback(host);
    match encrypted {
        Some(true) => Some(PgTls::Verified { ca }),
        None if !here => Some(PgTls::Verified { ca }),
        None => Some(PgTls::Disabled),
        Some(false) if here || mode == Mode::Development => {
            if !here {
                findings.push(
                    connection
                        .warning("passwords and data go to the database in plain text")
                        .fix("write `ssl: true`"),
                );
            }
            Some(PgTls::Disabled)
        }
        Some(false) => {
            findings.push(
                connection
                    .problem(format!("the connection to `{host}` would be plain text", host = shown(host)))
                    .fix(
                        "write `ssl: true`, or `ssl: { ca: { $file: ca.crt } }` for an authority of your own",
                    ),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests;
