//! The two engines behind one face. SQL is written once with `$1` placeholders; these macros expand
//! a body once per engine, so that rows and arguments have concrete types without a second text.

use sqlx::{PgPool, Row, SqlitePool, postgres::PgRow, sqlite::SqliteRow};

/// An open database.
#[derive(Debug)]
pub(crate) enum Db {
    /// One connection writes, so that writers queue here instead of failing with "locked"; readers
    /// see the last commit without waiting (WAL). In memory, both are the same connection.
    Sqlite { writer: SqlitePool, reader: SqlitePool },
    /// Replicas share it; the server sorts writers out.
    Postgres(PgPool),
}

/// Runs `$body` with the pool that reads.
macro_rules! reading {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { reader: $pool, .. } => $body,
            $crate::db::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs `$body` with the pool that writes; each statement is its own transaction.
macro_rules! writing {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { writer: $pool, .. } => $body,
            $crate::db::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs `$body` in a transaction that writes, and commits. Leaving the body early rolls back.
macro_rules! in_transaction {
    ($db:expr, |$tx:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { writer, .. } => {
                // At once, so that a reader's lock is never upgraded (that could fail half-way).
                let mut $tx = writer.begin_with("BEGIN IMMEDIATE").await?;
                let done = $body;
                $tx.commit().await?;
                done
            }
            $crate::db::Db::Postgres(pool) => {
                let mut $tx = pool.begin().await?;
                let done = $body;
                $tx.commit().await?;
                done
            }
        }
    };
}

/// Runs `$body` in a transaction that only reads and sees one moment.
macro_rules! in_snapshot {
    ($db:expr, |$tx:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { reader, .. } => {
                let mut $tx = reader.begin().await?;
                let done = $body;
                $tx.commit().await?;
                done
            }
            $crate::db::Db::Postgres(pool) => {
                let mut $tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                let done = $body;
                $tx.commit().await?;
                done
            }
        }
    };
}

pub(crate) use {in_snapshot, in_transaction, reading, writing};

/// Columns by position. Types are ours (the migrations say them), so the per-value type check is
/// skipped: it costs more than the decoding.
pub(crate) trait Columns {
    fn text(&self, at: usize) -> Result<&str, sqlx::Error>;
    fn maybe_text(&self, at: usize) -> Result<Option<&str>, sqlx::Error>;
    fn int(&self, at: usize) -> Result<i64, sqlx::Error>;

    fn owned(&self, at: usize) -> Result<String, sqlx::Error> {
        self.text(at).map(str::to_owned)
    }

    fn maybe_owned(&self, at: usize) -> Result<Option<String>, sqlx::Error> {
        Ok(self.maybe_text(at)?.map(str::to_owned))
    }
}

macro_rules! columns {
    ($row:ty) => {
        impl Columns for $row {
            fn text(&self, at: usize) -> Result<&str, sqlx::Error> {
                self.try_get_unchecked(at)
            }
            fn maybe_text(&self, at: usize) -> Result<Option<&str>, sqlx::Error> {
                self.try_get_unchecked(at)
            }
            fn int(&self, at: usize) -> Result<i64, sqlx::Error> {
                self.try_get_unchecked(at)
            }
        }
    };
}

columns!(SqliteRow);
columns!(PgRow);

/// Cuts `rows` into pieces of a few fixed sizes, so that a batch of any length uses a few prepared
/// statements, not one per length.
pub(crate) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = [64, 8, 1].into_iter().find(|size| *size <= rows.len())?;
        let (piece, rest) = rows.split_at(size);
        rows = rest;
        Some(piece)
    })
}

/// A token's hash as it is kept: lower-case hex, which is the same text on both engines.
pub(crate) fn hex(hash: &identity::TokenHash) -> String {
    let digits = hash.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// The hash of such a text; `None` if it is none.
pub(crate) fn unhex(text: &str) -> Option<identity::TokenHash> {
    let digit = |letter: u8| match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    let bytes: [u8; 32] = bytes.collect::<Option<Vec<_>>>()?.try_into().ok()?;
    Some(identity::TokenHash::from_bytes(bytes))
}

/// Microseconds since 1970, as every instant is kept.
pub(crate) fn micros(at: model::Timestamp) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

/// The instant `micros` after 1970; the nearest one there is if that is out of range.
pub(crate) fn instant(micros: i64) -> model::Timestamp {
    model::Timestamp::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
        .unwrap_or(model::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_everything_in_order() {
        let rows: Vec<u32> = (0..1000).collect();
        for length in [0, 1, 7, 8, 9, 63, 64, 65, 137, 1000] {
            let got: Vec<u32> = pieces(&rows[..length]).flatten().copied().collect();
            assert_eq!(got, rows[..length]);
            assert!(pieces(&rows[..length]).count() <= length / 64 + 14);
        }
    }

    #[test]
    fn hashes_are_kept_as_hex() {
        let mut bytes = [0; 32];
        bytes[..3].copy_from_slice(&[0x0f, 0xf0, 0xa5]);
        let hash = identity::TokenHash::from_bytes(bytes);
        let text = format!("0ff0a5{}", "0".repeat(58));
        assert_eq!(hex(&hash), text);
        assert_eq!(unhex(&text), Some(hash));
        for wrong in
            ["", "0f", &text[1..], &format!("{text}00"), &text.to_uppercase(), &text.replace('f', "g")]
        {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn instants_survive_to_the_microsecond() {
        let at = time::macros::datetime!(2026-11-24 23:59:59.123456 UTC);
        assert_eq!(instant(micros(at)), at);
        assert_eq!(instant(i64::MAX), model::Timestamp::UNIX_EPOCH);
    }
}
