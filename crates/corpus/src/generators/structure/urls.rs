//! Passwords in URLs and connection strings.

use crate::credential::{Draft, Generator};
use crate::rng::Rng;

/// Everything that a connection string names.
struct Target {
    user: String,
    password: String,
    host: String,
    name: &'static str,
}

fn target(rng: &mut Rng) -> Target {
    Target { user: rng.user(), password: rng.password(), host: rng.host(), name: rng.word() }
}

/// A value that holds the password, assigned to `name`.
fn draft(target: &Target, name: &str, value: String) -> Draft {
    Draft::token("", &target.password).within(name, value)
}

pub(super) const ALL: &[Generator] = &[
    Generator::new("url-userinfo", "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1", |rng| {
        let at = target(rng);
        let Target { user, password, host, name } = &at;
        let url = match rng.below(3) {
            0 => format!("https://{user}:{password}@{host}/{name}.git"),
            1 => format!("http://{user}:{password}@{host}:3128"),
            _ => format!("ftp://{user}:{password}@{host}/exports/{name}.csv"),
        };
        draft(&at, "UPSTREAM_URL", url)
    }),
    Generator::new("url-userinfo", "https://git-scm.com/docs/git-clone#_git_urls", |rng| {
        let Target { user, password, host, name } = target(rng);
        let command = format!("git clone --depth 1 https://{user}:{password}@{host}/platform/{name}.git");
        Draft::token("", &password).command(command)
    }),
    Generator::new("jdbc-password", "https://jdbc.postgresql.org/documentation/use/", |rng| {
        let at = target(rng);
        let Target { user, password, host, name } = &at;
        let url = match rng.below(4) {
            0 => format!("jdbc:postgresql://{host}:5432/{name}?user={user}&password={password}&ssl=true"),
            1 => format!("jdbc:mysql://{host}:3306/{name}?useSSL=true&user={user}&password={password}"),
            2 => format!(
                "jdbc:sqlserver://{host}:1433;databaseName={name};user={user};password={password};encrypt=true;"
            ),
            _ => format!("jdbc:oracle:thin:{user}/{password}@//{host}:1521/{name}"),
        };
        draft(&at, "JDBC_URL", url)
    }),
    Generator::new(
        "odbc-password",
        "https://learn.microsoft.com/en-us/sql/connect/odbc/dsn-connection-string-attribute",
        |rng| {
            let at = target(rng);
            let Target { user, password, host, name } = &at;
            let driver =
                rng.pick(&["ODBC Driver 18 for SQL Server", "PostgreSQL Unicode", "MySQL ODBC 8.0 Driver"]);
            let value = format!(
                "Driver={{{driver}}};Server={host};Database={name};Uid={user};Pwd={password};Encrypt=yes;"
            );
            draft(&at, "ODBC_DSN", value)
        },
    )
    .or(&["sqlserver-connection-string"]),
    Generator::new(
        "mongodb-uri",
        "https://www.mongodb.com/docs/manual/reference/connection-string/",
        |rng| {
            let at = target(rng);
            let Target { user, password, host, name } = &at;
            let uri = if rng.below(2) == 0 {
                format!("mongodb+srv://{user}:{password}@{host}/{name}?retryWrites=true&w=majority")
            } else {
                format!("mongodb://{user}:{password}@{host}:27017,{host}:27018/{name}?authSource=admin")
            };
            draft(&at, "MONGODB_URI", uri)
        },
    ),
    Generator::new("amqp-uri", "https://www.rabbitmq.com/docs/uri-spec", |rng| {
        let at = target(rng);
        let Target { user, password, host, name } = &at;
        let scheme = rng.pick(&["amqp", "amqps"]);
        draft(&at, "AMQP_URL", format!("{scheme}://{user}:{password}@{host}:5672/{name}"))
    }),
    Generator::new("redis-uri", "https://www.iana.org/assignments/uri-schemes/prov/redis", |rng| {
        let at = target(rng);
        let Target { password, host, .. } = &at;
        let (scheme, user) = (rng.pick(&["redis", "rediss"]), rng.pick(&["", "default"]));
        draft(&at, "REDIS_URL", format!("{scheme}://{user}:{password}@{host}:6379/0"))
    }),
    Generator::new(
        "postgres-uri",
        "https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS",
        |rng| {
            let at = target(rng);
            let Target { user, password, host, name } = &at;
            let scheme = rng.pick(&["postgres", "postgresql"]);
            draft(
                &at,
                "DATABASE_URL",
                format!("{scheme}://{user}:{password}@{host}:5432/{name}?sslmode=require"),
            )
        },
    ),
    Generator::new(
        "mysql-uri",
        "https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html",
        |rng| {
            let at = target(rng);
            let Target { user, password, host, name } = &at;
            let scheme = rng.pick(&["mysql", "mysqlx", "mariadb"]);
            draft(&at, "DATABASE_URL", format!("{scheme}://{user}:{password}@{host}:3306/{name}"))
        },
    ),
    Generator::new(
        "sqlserver-connection-string",
        "https://learn.microsoft.com/en-us/dotnet/framework/data/adonet/connection-string-syntax",
        |rng| {
            let at = target(rng);
            let Target { user, password, host, name } = &at;
            let value = if rng.below(2) == 0 {
                format!(
                    "Server=tcp:{host},1433;Initial Catalog={name};User ID={user};Password={password};Encrypt=True;"
                )
            } else {
                format!("Data Source={host};Database={name};User Id={user};Password={password};")
            };
            draft(&at, "SQLSERVER_CONNECTION_STRING", value)
        },
    ),
    Generator::new("smtp-uri", "https://nodemailer.com/smtp/", |rng| {
        let at = target(rng);
        let Target { user, password, host, .. } = &at;
        let (scheme, port) = [("smtp", 587), ("smtps", 465)][rng.below(2)];
        draft(&at, "SMTP_URL", format!("{scheme}://{user}:{password}@{host}:{port}"))
    }),
];
