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

/// The day of the last minor release of a version, by its first numbers.
///
/// Sources: postgresql.org/support/versioning, the support pages of `MySQL` and `MariaDB`, `MongoDB`'s life cycle schedules,
/// Elastic's table of end-of-life dates, opensearch.org/releases, and Redis' security policy.
const ENDS: &[(Engine, &str, Date)] = &[
    (Postgres, "9.5", date!(2021 - 02 - 11)),
    (Postgres, "9.6", date!(2021 - 11 - 11)),
    (Postgres, "10", date!(2022 - 11 - 10)),
    (Postgres, "11", date!(2023 - 11 - 09)),
    (Postgres, "12", date!(2024 - 11 - 21)),
    (Postgres, "13", date!(2025 - 11 - 13)),
    (Postgres, "14", date!(2026 - 11 - 12)),
    (Postgres, "15", date!(2027 - 11 - 11)),
    (Postgres, "16", date!(2028 - 11 - 09)),
    (Postgres, "17", date!(2029 - 11 - 08)),
    (Postgres, "18", date!(2030 - 11 - 14)),
    (Mysql, "5.6", date!(2021 - 02 - 05)),
    (Mysql, "5.7", date!(2023 - 10 - 31)),
    (Mysql, "8.0", date!(2026 - 04 - 30)),
    (MariaDb, "10.2", date!(2022 - 05 - 23)),
    (MariaDb, "10.3", date!(2023 - 05 - 25)),
    (MariaDb, "10.4", date!(2024 - 06 - 18)),
    (MariaDb, "10.5", date!(2025 - 06 - 24)),
    (MariaDb, "10.6", date!(2026 - 07 - 06)),
    (MariaDb, "10.11", date!(2028 - 02 - 16)),
    (Mongo, "4.0", date!(2022 - 04 - 30)),
    (Mongo, "4.2", date!(2023 - 04 - 30)),
    (Mongo, "4.4", date!(2024 - 02 - 29)),
    (Mongo, "5", date!(2024 - 10 - 31)),
    (Mongo, "6", date!(2025 - 07 - 31)),
    (Redis, "4", date!(2020 - 04 - 30)),
    (Redis, "5", date!(2022 - 04 - 27)),
    (Redis, "6.0", date!(2023 - 08 - 15)),
    (Redis, "7.0", date!(2024 - 07 - 29)),
    (Elasticsearch, "6", date!(2022 - 02 - 10)),
    (Elasticsearch, "7", date!(2026 - 01 - 15)),
    (OpenSearch, "1", date!(2025 - 05 - 06)),
];

/// Versions before the first of the table, which ended before it did.
const FIRST: &[(Engine, u32, Date)] = &[
    (Postgres, 9, date!(2020 - 02 - 13)),
    (Mysql, 5, date!(2018 - 12 - 31)),
    (Mongo, 4, date!(2021 - 04 - 30)),
    (Elasticsearch, 6, date!(2019 - 03 - 11)),
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
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    let major = numbers.next()?.ok()?;
    let minor = numbers.next().and_then(Result::ok);
    let starts = |known: &str| {
        let mut wanted = known.split('.').map(str::parse::<u32>);
        wanted.next() == Some(Ok(major))
            && wanted.next().and_then(Result::ok).is_none_or(|wanted| minor == Some(wanted))
    };
    let of = |(found, _, _): &&(Engine, &str, Date)| *found == engine;
    let known = ENDS
        .iter()
        .filter(of)
        .find(|(_, known, _)| starts(known))
        .map(|(_, known, on)| ((*known).to_owned(), *on));
    let older = || {
        // `postgres:9` was the last of the nines, `mongo:4` of the fours: only what came before those is meant here.
        let minor = minor?;
        let first = ENDS.iter().find(of)?.1;
        let (first_major, first_minor) = first.split_once('.').unwrap_or((first, "0"));
        let first = (first_major.parse::<u32>().ok()?, first_minor.parse::<u32>().ok()?);
        let (_, _, on) = FIRST.iter().find(|(found, _, _)| *found == engine)?;
        ((major, minor) < first && major > 0).then(|| (format!("{major}.{minor}"), *on))
    };
    let (what, on) = known.or_else(older)?;
    (on < today).then(|| Ended { what: format!("{} {what}", engine.name()), on })
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
            ("postgres:9.6.24", Some("PostgreSQL 9.6")),
            ("timescale/timescaledb:2.5.0-pg13", Some("PostgreSQL 13")),
            ("pgvector/pgvector:pg17", None),
            ("postgis/postgis:12-3.1", Some("PostgreSQL 12")),
            ("registry.redhat.io/rhel8/postgresql-12", Some("PostgreSQL 12")),
            ("mysql:5.7", Some("MySQL 5.7")),
            ("mysql:8.0.36", Some("MySQL 8.0")),
            ("mysql:8", None),
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
        assert_eq!((of_cloud("POSTGRES", "16"), of_cloud("oracle", "12")), (None, None));
    }
}
