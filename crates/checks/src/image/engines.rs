//! Until when databases get fixes from those who make them.

use time::Date;
use time::macros::date;

use crate::image::Reference;
use crate::image::lifetime::Ended;

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Postgres,
    Mysql,
    MariaDb,
    Mongo,
    Redis,
    Elasticsearch,
    OpenSearch,
}

use Engine::{Elasticsearch, MariaDb, Mongo, Mysql, OpenSearch, Postgres, Redis};

/// Who runs a database for somebody, with dates of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    Aws,
    Azure,
}

/// The day of the last minor release of a version, by its first numbers. A major alone is its last minor, and comes after
/// those of its minors that are told apart.
///
/// Sources: postgresql.org/support/versioning, the support pages of `MySQL` and `MariaDB`, `MongoDB`'s life cycle schedules,
/// Elastic's table of end-of-life dates, opensearch.org/releases, and Redis' security policy; compared with
/// endoflife.date of August 2026.
const ENDS: &[(Engine, &str, Date)] = &[
    (Postgres, "9.0", date!(2015 - 10 - 08)),
    (Postgres, "9.1", date!(2016 - 10 - 27)),
    (Postgres, "9.2", date!(2017 - 11 - 09)),
    (Postgres, "9.3", date!(2018 - 11 - 08)),
    (Postgres, "9.4", date!(2020 - 02 - 13)),
    (Postgres, "9.5", date!(2021 - 02 - 11)),
    (Postgres, "9", date!(2021 - 11 - 11)),
    (Postgres, "10", date!(2022 - 11 - 10)),
    (Postgres, "11", date!(2023 - 11 - 09)),
    (Postgres, "12", date!(2024 - 11 - 21)),
    (Postgres, "13", date!(2025 - 11 - 13)),
    (Postgres, "14", date!(2026 - 11 - 12)),
    (Postgres, "15", date!(2027 - 11 - 11)),
    (Postgres, "16", date!(2028 - 11 - 09)),
    (Postgres, "17", date!(2029 - 11 - 08)),
    (Postgres, "18", date!(2030 - 11 - 14)),
    (Mysql, "5.5", date!(2018 - 12 - 31)),
    (Mysql, "5.6", date!(2021 - 02 - 28)),
    (Mysql, "5", date!(2023 - 10 - 31)),
    (Mysql, "8.0", date!(2026 - 04 - 30)),
    (Mysql, "8.1", date!(2023 - 10 - 25)),
    (Mysql, "8.2", date!(2023 - 12 - 14)),
    (Mysql, "8.3", date!(2024 - 04 - 10)),
    (Mysql, "8.4", date!(2032 - 04 - 30)),
    (Mysql, "9.0", date!(2024 - 10 - 15)),
    (Mysql, "9.1", date!(2025 - 01 - 21)),
    (Mysql, "9.2", date!(2025 - 04 - 15)),
    (Mysql, "9.3", date!(2025 - 07 - 22)),
    (Mysql, "9.4", date!(2025 - 10 - 21)),
    (Mysql, "9.5", date!(2026 - 01 - 20)),
    (Mysql, "9.6", date!(2026 - 04 - 21)),
    (MariaDb, "5.5", date!(2020 - 04 - 11)),
    (MariaDb, "10.0", date!(2019 - 03 - 31)),
    (MariaDb, "10.1", date!(2020 - 10 - 17)),
    (MariaDb, "10.2", date!(2022 - 05 - 23)),
    (MariaDb, "10.3", date!(2023 - 05 - 25)),
    (MariaDb, "10.4", date!(2024 - 06 - 18)),
    (MariaDb, "10.5", date!(2025 - 06 - 24)),
    (MariaDb, "10.6", date!(2026 - 07 - 06)),
    (MariaDb, "10.7", date!(2023 - 02 - 09)),
    (MariaDb, "10.8", date!(2023 - 05 - 20)),
    (MariaDb, "10.9", date!(2023 - 08 - 22)),
    (MariaDb, "10.10", date!(2023 - 11 - 17)),
    (MariaDb, "10.11", date!(2028 - 02 - 16)),
    (MariaDb, "11.0", date!(2024 - 06 - 06)),
    (MariaDb, "11.1", date!(2024 - 08 - 21)),
    (MariaDb, "11.2", date!(2024 - 11 - 21)),
    (MariaDb, "11.3", date!(2024 - 05 - 29)),
    (MariaDb, "11.4", date!(2029 - 05 - 29)),
    (MariaDb, "11.5", date!(2024 - 11 - 21)),
    (MariaDb, "11.6", date!(2025 - 02 - 13)),
    (MariaDb, "11.7", date!(2025 - 05 - 12)),
    (MariaDb, "11.8", date!(2028 - 06 - 04)),
    (MariaDb, "12.0", date!(2025 - 11 - 18)),
    (MariaDb, "12.1", date!(2026 - 02 - 13)),
    (MariaDb, "12.2", date!(2026 - 05 - 28)),
    (Mongo, "3.0", date!(2018 - 02 - 28)),
    (Mongo, "3.2", date!(2018 - 09 - 30)),
    (Mongo, "3.4", date!(2020 - 01 - 31)),
    (Mongo, "3", date!(2021 - 04 - 30)),
    (Mongo, "4.0", date!(2022 - 04 - 30)),
    (Mongo, "4.2", date!(2023 - 04 - 30)),
    (Mongo, "4", date!(2024 - 02 - 29)),
    (Mongo, "5", date!(2024 - 10 - 31)),
    (Mongo, "6", date!(2025 - 07 - 31)),
    (Mongo, "7.1", date!(2024 - 01 - 23)),
    (Mongo, "7.2", date!(2024 - 03 - 27)),
    (Mongo, "7.3", date!(2024 - 10 - 02)),
    (Mongo, "7", date!(2027 - 08 - 31)),
    (Mongo, "8.1", date!(2025 - 09 - 30)),
    (Mongo, "8.2", date!(2026 - 07 - 31)),
    (Redis, "4", date!(2020 - 04 - 30)),
    (Redis, "5", date!(2022 - 04 - 27)),
    (Redis, "6.0", date!(2022 - 05 - 31)),
    (Redis, "6.2", date!(2027 - 04 - 01)),
    (Redis, "7.0", date!(2024 - 07 - 29)),
    (Redis, "8.0", date!(2026 - 12 - 01)),
    (Elasticsearch, "5", date!(2019 - 03 - 11)),
    (Elasticsearch, "6", date!(2022 - 02 - 10)),
    (Elasticsearch, "7", date!(2026 - 01 - 15)),
    (OpenSearch, "1", date!(2025 - 05 - 06)),
];

/// The last day of standard support of those who run databases, where that is another: the release calendars of RDS and
/// Aurora, and of Azure Database.
const MANAGED: &[(Manager, Engine, &str, Date)] = &[
    (Manager::Aws, Postgres, "9.6", date!(2022 - 04 - 30)),
    (Manager::Aws, Postgres, "10", date!(2023 - 04 - 30)),
    (Manager::Aws, Postgres, "11", date!(2024 - 02 - 29)),
    (Manager::Aws, Postgres, "12", date!(2025 - 02 - 28)),
    (Manager::Aws, Postgres, "13", date!(2026 - 02 - 28)),
    (Manager::Aws, Postgres, "14", date!(2027 - 02 - 28)),
    (Manager::Aws, Postgres, "15", date!(2028 - 02 - 29)),
    (Manager::Aws, Postgres, "16", date!(2029 - 02 - 28)),
    (Manager::Aws, Postgres, "17", date!(2030 - 02 - 28)),
    (Manager::Aws, Mysql, "5.6", date!(2022 - 03 - 01)),
    (Manager::Aws, Mysql, "5.7", date!(2024 - 02 - 29)),
    (Manager::Aws, Mysql, "8.0", date!(2026 - 07 - 31)),
    (Manager::Aws, Mysql, "8.4", date!(2029 - 07 - 31)),
    (Manager::Aws, MariaDb, "10.3", date!(2023 - 10 - 23)),
    (Manager::Aws, MariaDb, "10.4", date!(2025 - 02 - 28)),
    (Manager::Aws, MariaDb, "10.5", date!(2026 - 08 - 31)),
    (Manager::Aws, MariaDb, "10.6", date!(2026 - 12 - 31)),
    (Manager::Azure, Postgres, "11", date!(2026 - 07 - 31)),
    (Manager::Azure, Postgres, "12", date!(2026 - 07 - 31)),
    (Manager::Azure, Postgres, "13", date!(2026 - 07 - 31)),
    (Manager::Azure, Mysql, "5.7", date!(2026 - 07 - 31)),
    (Manager::Azure, Mysql, "8.0", date!(2026 - 12 - 31)),
];

/// What names of images call them: the last part, whole.
const NAMES: &[(&str, Engine)] = &[
    ("postgres", Postgres),
    ("postgresql", Postgres),
    ("postgresql-repmgr", Postgres),
    ("postgis", Postgres),
    ("pgvector", Postgres),
    ("timescaledb", Postgres),
    ("timescaledb-ha", Postgres),
    ("crunchy-postgres", Postgres),
    ("mysql", Mysql),
    ("mysql-server", Mysql),
    ("mariadb", MariaDb),
    ("mongo", Mongo),
    ("mongodb", Mongo),
    ("redis", Redis),
    ("elasticsearch", Elasticsearch),
    ("opensearch", OpenSearch),
];

impl Engine {
    /// Its name, as its makers write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Postgres => "PostgreSQL",
            Mysql => "MySQL",
            MariaDb => "MariaDB",
            Mongo => "MongoDB",
            Redis => "Redis",
            Elasticsearch => "Elasticsearch",
            OpenSearch => "OpenSearch",
        }
    }

    /// What a word means: `postgres` of a cloud, `aurora-postgresql`, `POSTGRES`.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let word = word.strip_prefix("aurora-").unwrap_or(&word);
        NAMES.iter().find(|(name, _)| *name == word).map(|(_, engine)| *engine)
    }
}

/// When a version of a database got its last fixes, if that was before a day. What is not in the table is not known.
pub(crate) fn ended(engine: Engine, version: &str, today: Date) -> Option<Ended> {
    ended_by(None, engine, version, today)
}

/// The same for a database that somebody runs who may go on for longer.
pub(crate) fn ended_by(
    manager: Option<Manager>,
    engine: Engine,
    version: &str,
    today: Date,
) -> Option<Ended> {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    let major = numbers.next()?.ok()?;
    let minor = numbers.next().and_then(Result::ok);
    let starts = |known: &str| {
        let mut wanted = known.split('.').map(str::parse::<u32>);
        wanted.next() == Some(Ok(major))
            && wanted.next().and_then(Result::ok).is_none_or(|wanted| minor == Some(wanted))
    };
    let of_manager = MANAGED
        .iter()
        .find(|(by, of, known, _)| Some(*by) == manager && *of == engine && starts(known))
        .map(|(_, _, known, on)| (*known, *on));
    let made = || {
        let known = ENDS.iter().find(|(of, known, _)| *of == engine && starts(known));
        known.map(|(_, known, on)| (*known, *on))
    };
    let (known, on) = of_manager.or_else(made)?;
    // A major that is told by its last minor is named as it is written.
    let name = match minor {
        Some(minor) if !known.contains('.') && is_by_minor(engine, major) => format!("{known}.{minor}"),
        _ => known.to_owned(),
    };
    (on < today).then(|| Ended { what: format!("{} {name}", engine.name()), on })
}

/// Whether minors of a major are told apart, so that its name alone does not say which it is.
fn is_by_minor(engine: Engine, major: u32) -> bool {
    let start = format!("{major}.");
    ENDS.iter().any(|(of, known, _)| *of == engine && known.starts_with(&start))
}

/// The same for an image of a database.
pub(crate) fn ended_image(image: &Reference, today: Date) -> Option<Ended> {
    let short = image.short().to_ascii_lowercase();
    let tag = image.tag.as_deref().unwrap_or_default().to_ascii_lowercase();
    if let Some((_, engine)) = NAMES.iter().find(|(name, _)| *name == short) {
        return ended(*engine, version(&short, &tag)?, today);
    }
    // `rhel9/postgresql-15`, `google/postgresql13`, `sclorg/mysql-57-centos7` (whose numbers have no point).
    let rest = short.strip_prefix("postgresql").or_else(|| short.strip_prefix("spilo"))?;
    let version = rest.trim_start_matches('-');
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| ended(Postgres, version, today)).flatten()
}

/// The part of a tag that is the database's version.
fn version<'a>(short: &str, tag: &'a str) -> Option<&'a str> {
    let digit = |text: &&str| text.starts_with(|c: char| c.is_ascii_digit());
    // Extensions count their own versions first.
    let of_postgres = tag.split(['-', '_']).find_map(|part| part.strip_prefix("pg").filter(digit));
    if short.starts_with("timescaledb") || short == "pgvector" || of_postgres.is_some() {
        return of_postgres;
    }
    let mut parts = tag.split('-').map(|part| part.trim_start_matches('v'));
    if short == "crunchy-postgres" { parts.find(digit) } else { parts.next().filter(digit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_end() {
        let what =
            |text: &str| ended_image(&Reference::parse(text), date!(2026 - 11 - 24)).map(|ended| ended.what);
        for (text, expected) in [
            ("postgres:13.2-alpine", Some("PostgreSQL 13")),
            ("docker.io/bitnami/postgresql:11.14.0-debian-10-r22", Some("PostgreSQL 11")),
            ("postgres:9.4", Some("PostgreSQL 9.4")),
            ("postgres:9", Some("PostgreSQL 9")),
            ("postgres:9.6.24", Some("PostgreSQL 9.6")),
            ("timescale/timescaledb:2.5.0-pg13", Some("PostgreSQL 13")),
            ("pgvector/pgvector:pg17", None),
            ("postgis/postgis:12-3.1", Some("PostgreSQL 12")),
            ("registry.redhat.io/rhel8/postgresql-12", Some("PostgreSQL 12")),
            ("mysql:5.7", Some("MySQL 5.7")),
            ("mysql:8.0.36", Some("MySQL 8.0")),
            ("mysql:8", None),
            ("mysql:8.4", None),
            ("mysql:9.1", Some("MySQL 9.1")),
            ("mariadb:10.1", Some("MariaDB 10.1")),
            ("mariadb:11.4", None),
            ("mongo:4", Some("MongoDB 4")),
            ("mongo:7.0.5", None),
            ("mongo:3.6", Some("MongoDB 3.6")),
            ("redis:6-alpine", None),
            ("redis:5.0.14", Some("Redis 5")),
            ("elasticsearch:7.17.1", Some("Elasticsearch 7")),
            ("postgres:14", Some("PostgreSQL 14")),
            ("postgres:15", None),
            ("postgres:alpine", None),
            ("postgres:${VERSION}", None),
            ("prometheuscommunity/postgres-exporter:v0.11.1", None),
            ("prodrigestivill/postgres-backup-local:13", None),
        ] {
            assert_eq!(what(text).as_deref(), expected, "{text}");
        }
        let of_cloud = |engine: &str, version: &str| {
            ended(Engine::of_word(engine)?, version, date!(2026 - 11 - 24)).map(|ended| ended.what)
        };
        assert_eq!(of_cloud("aurora-postgresql", "12.4").as_deref(), Some("PostgreSQL 12"));
        let by = |manager, version| {
            ended_by(Some(manager), Postgres, version, date!(2026 - 11 - 24)).map(|ended| ended.on)
        };
        assert_eq!(by(Manager::Aws, "13.7"), Some(date!(2026 - 02 - 28)));
        assert_eq!(by(Manager::Azure, "12"), Some(date!(2026 - 07 - 31)));
        assert_eq!((by(Manager::Aws, "14"), by(Manager::Azure, "14").is_some()), (None, true));
        assert_eq!((of_cloud("POSTGRES", "16"), of_cloud("oracle", "12")), (None, None));
    }
}
