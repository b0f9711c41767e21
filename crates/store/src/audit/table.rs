//! The log's tables. Rows are added and read; nothing changes one.

use sqlx::QueryBuilder;

use super::row::{AuditRow, RecordedRow};
use super::strangers::StrangerRow;
use crate::db::{Columns, in_transaction, instant, micros, pieces, reading, writing};
use crate::{Store, StoreError, sql};

const INSERT: &str = "INSERT INTO audit (writer, seq, at, actor_id, action, resource_type, resource_ref, \
    outcome, ip, request_id, user_agent, hostname, plugin, event_id, severity, status, reason, meta, url, \
    method) ";
/// A commit whose answer was lost is tried again with the same numbers; what is there stays.
const UNLESS_THERE: &str = " ON CONFLICT (writer, seq) DO NOTHING";

const COUNT: &str = "INSERT INTO audit_strangers (minute, kind, prefix, hits, last_at) ";
const ADD: &str = " ON CONFLICT (minute, kind, prefix) DO UPDATE SET hits = audit_strangers.hits + excluded.hits, \
    last_at = excluded.last_at";

/// How often two processes that start together may take the same number before we give up.
const TRIES: u32 = 16;

impl Store {
    /// The latest records, newest first.
    pub async fn recent_audit(&self, limit: u32) -> Result<Vec<RecordedRow>, StoreError> {
        reading!(&self.db, |pool| {
            let rows = sqlx::query(sql::RECENT_AUDIT).bind(i64::from(limit)).fetch_all(pool).await?;
            Ok(rows.iter().map(RecordedRow::read).collect::<Result<_, _>>()?)
        })
    }

    /// How many records there are; strangers' refusals are not among them.
    pub async fn audit_count(&self) -> Result<u64, StoreError> {
        let count = reading!(&self.db, |pool| sqlx::query(sql::COUNT_AUDIT).fetch_one(pool).await?.int(0)?);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Refusals of strangers, by minute, kind and address prefix.
    pub async fn strangers(&self) -> Result<Vec<StrangerRow>, StoreError> {
        reading!(&self.db, |pool| {
            let rows = sqlx::query(sql::STRANGERS).fetch_all(pool).await?;
            rows.iter()
                .map(|row| {
                    Ok(StrangerRow {
                        minute: row.int(0)?,
                        kind: row.owned(1)?,
                        prefix: row.owned(2)?,
                        hits: u64::try_from(row.int(3)?).unwrap_or(0),
                        last_at: instant(row.int(4)?),
                    })
                })
                .collect()
        })
    }

    /// Forgets counts of strangers from before `before`; how many.
    pub async fn prune_strangers(&self, before: model::Timestamp) -> Result<u64, StoreError> {
        let minute = before.unix_timestamp().div_euclid(60);
        Ok(writing!(&self.db, |pool| {
            sqlx::query(sql::PRUNE_STRANGERS).bind(minute).execute(pool).await?.rows_affected()
        }))
    }

    /// A number for this process to write records under. Its hash chain will start from it.
    pub(super) async fn new_audit_writer(&self) -> Result<i64, StoreError> {
        let now = micros(self.now());
        let mut tries = 0;
        loop {
            let made: Result<i64, sqlx::Error> = writing!(&self.db, |pool| {
                sqlx::query(sql::NEW_WRITER).bind(now).fetch_one(pool).await.and_then(|row| row.int(0))
            });
            tries += 1;
            match made {
                Err(sqlx::Error::Database(error)) if error.is_unique_violation() && tries < TRIES => {}
                made => return Ok(made?),
            }
        }
    }

    /// Commits records under the numbers `first`, `first + 1` and so on.
    pub(super) async fn append_audit(
        &self,
        writer: i64,
        first: i64,
        rows: &[&AuditRow],
    ) -> Result<(), StoreError> {
        let mut seq = first;
        in_transaction!(&self.db, |tx| {
            for piece in pieces(rows) {
                let mut insert = QueryBuilder::new(INSERT);
                insert.push_values(piece, |mut values, row| {
                    values
                        .push_bind(writer)
                        .push_bind(seq)
                        .push_bind(micros(row.at))
                        .push_bind(row.actor_id.clone())
                        .push_bind(row.action.clone())
                        .push_bind(row.resource_type.clone())
                        .push_bind(row.resource_ref.clone())
                        .push_bind(row.outcome.clone())
                        .push_bind(row.ip.clone())
                        .push_bind(row.request_id.clone())
                        .push_bind(row.user_agent.clone())
                        .push_bind(row.hostname.clone())
                        .push_bind(row.plugin.clone())
                        .push_bind(row.event_id.clone())
                        .push_bind(row.severity.clone())
                        .push_bind(row.status.clone())
                        .push_bind(row.reason.clone())
                        .push_bind(row.meta.clone())
                        .push_bind(row.url.clone())
                        .push_bind(row.method.clone());
                    seq += 1;
                });
                insert.push(UNLESS_THERE);
                insert.build().execute(&mut *tx).await?;
            }
        });
        Ok(())
    }

    /// Adds counts to those that are there.
    pub(super) async fn add_strangers(&self, rows: &[StrangerRow]) -> Result<(), StoreError> {
        in_transaction!(&self.db, |tx| {
            for piece in pieces(rows) {
                let mut count = QueryBuilder::new(COUNT);
                count.push_values(piece, |mut values, row| {
                    values
                        .push_bind(row.minute)
                        .push_bind(row.kind.as_str())
                        .push_bind(row.prefix.as_str())
                        .push_bind(i64::try_from(row.hits).unwrap_or(i64::MAX))
                        .push_bind(micros(row.last_at));
                });
                count.push(ADD);
                count.build().execute(&mut *tx).await?;
            }
        });
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An ordinary record, told apart by its request id.
    pub(in crate::audit) fn row(request_id: &str) -> AuditRow {
        AuditRow {
            at: time::macros::datetime!(2026-11-24 12:00:00.000001 UTC),
            actor_id: Some("user:default/ada".into()),
            action: "catalog.entity.read".into(),
            resource_type: "catalog-entity".into(),
            resource_ref: Some("component:default/api".into()),
            outcome: "allowed".into(),
            ip: Some("10.0.0.7".into()),
            request_id: Some(request_id.into()),
            user_agent: Some("curl/8.5.0".into()),
            hostname: Some("portal.example".into()),
            plugin: "catalog".into(),
            event_id: "entity-fetch".into(),
            severity: "low".into(),
            status: "succeeded".into(),
            reason: Some("default-read".into()),
            meta: Some(r#"{"queryType":"by-name"}"#.into()),
            url: Some("/api/catalog/entities/by-name/component/default/api".into()),
            method: Some("GET".into()),
        }
    }
}
