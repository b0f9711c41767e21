//! Opening PostgreSQL: verified TLS, our own schema, bounded statements.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection};

use crate::db::Db;
use crate::{OpenError, PgOptions, PgServer, PgTls, migrate};

/// Limits of every connection: nothing of ours takes a minute, and a transaction of a process that
/// hangs must not hold the feed's lock for long.
const LIMITS: &str = "SELECT set_config('statement_timeout', '60s', false), \
    set_config('lock_timeout', '20s', false), \
    set_config('idle_in_transaction_session_timeout', '60s', false)";

pub(crate) async fn open(options: &PgOptions) -> Result<Db, OpenError> {
    let schema = options.schema.as_deref().map(checked_schema).transpose()?;
    let connect = connect_options(options)?;
    let at = address(&connect);
    let failed = |source| explain(at.clone(), source);
    // One connection first: its error is the server's own, where a pool would only say "timed out".
    let first = async || {
        let mut connection = connect.connect().await?;
        prepare_connection(&mut connection, schema.as_deref()).await?;
        connection.close().await
    };
    if let Err(error) = first().await {
        if code(&error).as_deref() != Some("3D000") {
            return Err(failed(error));
        }
        create_database(&connect).await;
        first().await.map_err(failed)?;
    }
    let schema_for_each = schema.clone();
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(Duration::from_secs(30))
        .after_connect(move |connection, _| {
            let schema = schema_for_each.clone();
            Box::pin(async move { prepare_connection(connection, schema.as_deref()).await })
        })
        .connect_with(connect)
        .await
        .map_err(failed)?;
    migrate::postgres(&pool).await?;
    Ok(Db::Postgres(pool))
}

async fn prepare_connection(connection: &mut PgConnection, schema: Option<&str>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(LIMITS).execute(&mut *connection).await?;
    let Some(schema) = schema else { return Ok(()) };
    // Asked first: "if not exists" needs the right to create even where there is nothing to create.
    let there = sqlx::query("SELECT 1 FROM pg_namespace WHERE nspname = $1")
        .bind(schema)
        .fetch_optional(&mut *connection)
        .await?;
    if there.is_none() {
        let create = format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"");
        let made = sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut *connection).await;
        // "If not exists" does not see a schema that another replica is making: its row clashes instead.
        match made {
            Err(error) if code(&error).as_deref() != Some(UNIQUE_VIOLATION) => return Err(error),
            _ => {}
        }
    }
    sqlx::query("SELECT set_config('search_path', $1, false)")
        .bind(format!("\"{schema}\""))
        .execute(connection)
        .await
        .map(drop)
}

/// Names with other characters are possible in PostgreSQL, but never what somebody meant.
fn checked_schema(name: &str) -> Result<String, OpenError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let fine = (1..=63).contains(&name.len()) && name.chars().all(plain) && !name.starts_with("pg_");
    if fine {
        return Ok(name.to_owned());
    }
    Err(OpenError::Option(format!(
        "schema name `{}` is not 1 to 63 letters, digits, `_` or `-` (nor may it start with `pg_`)",
        name.escape_debug().take(80).collect::<String>()
    )))
}

fn connect_options(options: &PgOptions) -> Result<PgConnectOptions, OpenError> {
    let connect = match &options.server {
        PgServer::Url(url) => PgConnectOptions::from_str(url.expose()).map_err(|_| {
            // The cause would print the URL, password included.
            OpenError::Option(
                "the PostgreSQL URL is not of the form postgres://user:password@host:port/database".into(),
            )
        })?,
        PgServer::Parts { host, port, user, password, database } => {
            let connect =
                PgConnectOptions::new_without_pgpass().port(*port).username(user).database(database);
            let connect = if host.starts_with('/') { connect.socket(host) } else { connect.host(host) };
            match password {
                Some(password) => connect.password(password.expose()),
                None => connect,
            }
        }
    };
    let local = connect.get_socket().is_some() || connect.get_host().starts_with('/');
    let connect = match &options.tls {
        PgTls::Verified { .. } if local => connect.ssl_mode(PgSslMode::Disable),
        PgTls::Verified { ca_pem } => {
            let connect = connect.ssl_mode(PgSslMode::VerifyFull);
            match ca_pem {
                Some(pem) => connect.ssl_root_cert_from_pem(pem.clone().into_bytes()),
                None => connect,
            }
        }
        PgTls::Disabled => connect.ssl_mode(PgSslMode::Disable),
    };
    Ok(connect.application_name("stagedoor").disable_statement_logging())
}

fn address(connect: &PgConnectOptions) -> String {
    let database = connect.get_database().unwrap_or("(the user's default database)");
    match connect.get_socket() {
        Some(socket) => {
            format!("{} (socket, port {}), database {database}", socket.display(), connect.get_port())
        }
        None => format!("{}:{}, database {database}", connect.get_host(), connect.get_port()),
    }
}

/// The reference makes missing databases; so do we, where the role may. What goes wrong here shows in
/// the connection attempt that follows, as "there is no such database".
async fn create_database(connect: &PgConnectOptions) {
    let Some(name) = connect.get_database().map(|name| name.replace('"', "\"\"")) else { return };
    let Ok(mut connection) = connect.clone().database("postgres").connect().await else { return };
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{name}\""));
    if let Err(error) = sqlx::raw_sql(create).execute(&mut connection).await {
        tracing::debug!(%error, "the database could not be created");
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).map(std::borrow::Cow::into_owned)
}

/// A row that is there already.
const UNIQUE_VIOLATION: &str = "23505";

const UNVERIFIED: &str = "the connection cannot be encrypted and verified; check the certificate's authority (ca) \
    and host name, and that the server has TLS on";

fn explain(at: String, source: sqlx::Error) -> OpenError {
    let problem = match (&source, code(&source).as_deref()) {
        (_, Some("28P01" | "28000")) => "it refuses this user; check user and password",
        (_, Some("3D000")) => "there is no such database, and this user may not create it; create it",
        (_, Some("42501")) => {
            "this user may not create the schema; create it, or grant CREATE on the database"
        }
        (_, Some("53300")) => "it has too many connections already",
        (sqlx::Error::Tls(_), _) => UNVERIFIED,
        // A failed handshake comes as this kind of I/O error.
        (sqlx::Error::Io(error), _) if error.kind() == std::io::ErrorKind::InvalidData => UNVERIFIED,
        (sqlx::Error::Io(_), _) => "nobody answers there; check host and port, and that it is running",
        _ => "it refuses the connection",
    };
    OpenError::Connect { at, problem, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Secret;

    #[test]
    fn schema_names_cannot_carry_sql() {
        for bad in ["", "a\"; DROP TABLE x; --", "a b", "pg_catalog", "ä", "a\0", &"x".repeat(64)] {
            assert!(matches!(checked_schema(bad), Err(OpenError::Option(_))), "{bad:?}");
        }
        assert_eq!(checked_schema("stage-door_1").expect("plain"), "stage-door_1");
    }

    #[test]
    fn a_bad_url_is_refused_without_printing_it() {
        let url = "postgres://bob:hunter2@h:notaport/db";
        let options = PgOptions {
            server: PgServer::Url(Secret::new(url.into())),
            tls: PgTls::Disabled,
            schema: None,
            connections: 2,
        };
        let error = connect_options(&options).expect_err("no port");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}
