//! From `backend.database` to the store's options.

use config::{Database, PluginDivision, Settings};
use store::{Options, PgOptions, PgServer, PgTls};

/// Connections to PostgreSQL unless the configuration says otherwise.
const CONNECTIONS: u32 = 10;

/// The store's options.
pub(crate) fn options(settings: &Settings) -> std::io::Result<Options> {
    Ok(match &settings.database {
        Database::SqliteMemory => Options::SqliteMemory,
        Database::SqliteDirectory(folder) => Options::SqliteFile(folder.clone()),
        // Backstage names a file for each plugin beside this one; ours is one file in its folder.
        Database::SqliteFile(file) => {
            Options::SqliteFile(file.parent().map(std::path::Path::to_path_buf).unwrap_or_default())
        }
        Database::Postgres(pg) => {
            let (database, schema) = match (&pg.database, pg.division) {
                (Some(database), PluginDivision::Schema) => (database.clone(), Some("stagedoor".to_owned())),
                (Some(database), PluginDivision::Database) => (database.clone(), None),
                (None, _) => (format!("{}stagedoor", pg.prefix), None),
            };
            Options::Postgres(PgOptions {
                server: PgServer::Parts {
                    host: pg.host.clone(),
                    port: pg.port,
                    user: pg.user.clone(),
                    password: pg.password.clone(),
                    database,
                },
                tls: match &pg.tls {
                    config::PgTls::Disabled => PgTls::Disabled,
                    config::PgTls::Verified { ca } => PgTls::Verified {
                        ca_pem: match ca {
                            None => None,
                            Some(pem) => Some(
                                String::from_utf8(pem.read()?.expose().clone())
                                    .map_err(std::io::Error::other)?,
                            ),
                        },
                    },
                },
                schema,
                connections: pg.max_connections.unwrap_or(CONNECTIONS),
            })
        }
    })
}
