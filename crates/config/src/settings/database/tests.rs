use super::super::tests::{SEALING_KEY, raw};
use super::*;

fn read(database: &str, mode: Mode) -> Result<(Database, String), String> {
    let yaml = format!(
        "backend:\n  baseUrl: https://portal.example.com\n  database: {database}\nstagedoor: {{ sealingKey: {SEALING_KEY} }}\n"
    );
    raw(&yaml, mode)
        .map(|(settings, warnings)| (settings.database, crate::ConfigErrors(warnings).to_string()))
        .map_err(|errors| errors.to_string())
}

fn postgres(connection: &str, mode: Mode) -> Result<PostgresOptions, String> {
    match read(&format!("{{ client: pg, connection: {connection} }}"), mode)?.0 {
        Database::Postgres(options) => Ok(options),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn the_forms_of_sqlite() {
    let sqlite = |connection: &str| {
        read(&format!("{{ client: better-sqlite3, connection: {connection} }}"), Mode::Production)
    };
    let (memory, warnings) = sqlite("':memory:'").expect("a database");
    assert!(matches!(memory, Database::SqliteMemory));
    assert!(warnings.contains("gone at exit"), "{warnings}");
    let path = |connection| match sqlite(connection).expect("a database").0 {
        Database::SqliteDirectory(path) => format!("directory {}", path.display()),
        Database::SqliteFile(path) => format!("file {}", path.display()),
        other => format!("{other:?}"),
    };
    assert_eq!(path("{ directory: /data }"), "directory /data");
    assert_eq!(path("/data/x.sqlite"), "file /data/x.sqlite");
    assert_eq!(path("{ filename: x.sqlite }"), "file x.sqlite");
    for (connection, wanted) in [
        ("{}", "Missing required config value at 'backend.database.connection.filename'"),
        ("5", "got number, wanted string"),
        ("null", "Missing required config value at 'backend.database.connection'"),
    ] {
        let said = sqlite(connection).expect_err("an error");
        assert!(said.contains(wanted), "{connection}: {said}");
    }
}

#[test]
fn unknown_clients_are_refused() {
    let said = read("{ client: mysql2 }", Mode::Development).expect_err("an error");
    assert!(
        said.contains("database client `mysql2` is unknown") && said.contains("app-config.yaml:3:23"),
        "{said}"
    );
}

#[test]
fn objects_and_connection_strings_say_the_same() {
    let object = "{ host: db.example.com, port: '5433', user: u, password: p@ss, database: d, ssl: true }";
    let url = "'postgresql://u:p%40ss@db.example.com:5433/d?sslmode=verify-full&application_name=x'";
    for connection in [object, url, &format!("{{ connectionString: {url} }}")] {
        let found = postgres(connection, Mode::Production).expect("options");
        assert_eq!(
            (found.host.as_str(), found.port, found.user.as_str()),
            ("db.example.com", 5433, "u"),
            "{connection}"
        );
        assert_eq!(found.password.map(|secret| secret.expose().clone()).as_deref(), Some("p@ss"));
        assert_eq!(found.database.as_deref(), Some("d"));
        assert!(matches!(found.tls, PgTls::Verified { ca: None }));
        assert_eq!((found.division, found.ensure_exists), (PluginDivision::Database, true));
        assert_eq!(found.prefix, "backstage_plugin_");
    }
    let bare = postgres("{}", Mode::Production).expect("options");
    assert_eq!((bare.host.as_str(), bare.port, bare.user.as_str()), ("localhost", 5432, "postgres"));
}

#[test]
fn tls_is_verified_unless_the_server_is_here() {
    let tls = |connection: &str, mode| {
        postgres(connection, mode).map(|found| matches!(found.tls, PgTls::Verified { .. }))
    };
    for (connection, encrypted) in [
        ("{ host: db.example.com }", true),
        ("{ host: 10.0.0.5, ssl: {} }", true),
        ("{ host: localhost }", false),
        ("{ host: '::1' }", false),
        ("{ host: /run/postgresql }", false),
        ("{ host: localhost, ssl: true }", true),
        ("{ host: localhost, ssl: false }", false),
        ("'postgres://u@db.example.com'", true),
        ("'postgres://u@127.0.0.1?sslmode=disable'", false),
    ] {
        assert_eq!(tls(connection, Mode::Production), Ok(encrypted), "{connection}");
    }
    assert_eq!(tls("{ host: db.example.com, ssl: false }", Mode::Development), Ok(false));
    for (connection, wanted) in [
        ("{ host: db.example.com, ssl: false }", "the connection to `db.example.com` would be plain text"),
        ("'postgres://u@db.example.com?sslmode=disable'", "would be plain text"),
        ("{ host: db.example.com, ssl: { rejectUnauthorized: false } }", "certificate would not be checked"),
        ("'postgres://u@db.example.com?sslmode=no-verify'", "certificate would not be checked"),
        ("'postgres://u@db.example.com?sslmode=prefer'", "certificate would not be checked"),
        ("{ host: h, ssl: { ca: not pem } }", "is not PEM text of a certificate"),
        ("{ host: h, ssl: { key: x } }", "client certificates for PostgreSQL are not supported"),
        ("{ host: h, ssl: perhaps }", "to a boolean"),
    ] {
        let said = tls(connection, Mode::Production).expect_err("an error");
        assert!(said.contains(wanted), "{connection}: {said}");
    }
}

#[test]
fn what_is_no_connection_is_refused_without_showing_it() {
    for connection in ["'mysql://u:hunter2@h/d'", "'host=h password=hunter2'"] {
        let said = postgres(connection, Mode::Production).expect_err("an error");
        assert!(said.contains("no `postgres://` URL") && !said.contains("hunter2"), "{said}");
    }
    let said = postgres("[1]", Mode::Production).expect_err("an error");
    assert!(said.contains("got array, wanted object"), "{said}");
    let (_, warnings) = read("{ client: pg, connection: 'postgres://u:hunter2@h/d?x=1' }", Mode::Production)
        .expect("a database");
    assert!(warnings.contains("`x` in the connection string is not used") && !warnings.contains("hunter2"));
}

#[test]
fn the_other_keys_of_the_database() {
    let (database, _) = read(
        "{ client: pg, pluginDivisionMode: schema, prefix: p_, ensureExists: false, knexConfig: { pool: { max: 7 } } }",
        Mode::Production,
    )
    .expect("a database");
    let Database::Postgres(found) = database else { panic!("{database:?}") };
    assert_eq!((found.division, found.prefix.as_str()), (PluginDivision::Schema, "p_"));
    assert_eq!((found.ensure_exists, found.max_connections), (false, Some(7)));
    let said = read("{ client: pg, pluginDivisionMode: table }", Mode::Production).expect_err("an error");
    assert!(said.contains("`table` is no division mode"), "{said}");
}
