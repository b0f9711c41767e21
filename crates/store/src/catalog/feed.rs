//! Following the changes of all writers.

use model::{Change, EntityRef, RefContext, Sequence, Timestamp};

use super::row::Reader;
use crate::db::{Columns, in_snapshot, in_transaction, micros};
use crate::{Store, StoreError, sql};

/// What happened after a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Feed {
    /// Apply these in order, and ask next from `upto`.
    Changes {
        /// Numbers and what is left of their changes: an entity that changed again later is only in
        /// its last one.
        changes: Vec<(Sequence, Change)>,
        /// The number that is reached with them.
        upto: Sequence,
    },
    /// Deletions since then are forgotten (the asker slept for too long): scan anew.
    Restart,
}

impl Store {
    /// The changes after `since`, oldest first: about `limit` rows, more where one change has more.
    pub async fn changes_since(&self, since: Sequence, limit: u32) -> Result<Feed, StoreError> {
        let mut reader = Reader::default();
        Ok(in_snapshot!(&self.db, |tx| {
            let feed = sqlx::query(sql::FEED).fetch_one(&mut *tx).await?;
            let (head, horizon) = (feed.int(0)?, feed.int(1)?);
            // A number from the future is one of another database (restored from a backup).
            if since < horizon || since > head {
                return Ok(Feed::Restart);
            }
            if since == head {
                return Ok(Feed::Changes { changes: Vec::new(), upto: head });
            }
            let last = sqlx::query(sql::NTH_CHANGE)
                .bind(since)
                .bind(i64::from(limit.max(1)) - 1)
                .fetch_optional(&mut *tx)
                .await?;
            let upto = last.map_or(Ok(head), |row| row.int(0))?;
            let rows = sqlx::query(sql::CHANGED).bind(since).bind(upto).fetch_all(&mut *tx).await?;
            let mut upserts = Vec::with_capacity(rows.len());
            for row in &rows {
                upserts.push((row.int(10)?, reader.entity(row)?));
            }
            let rows = sqlx::query(sql::GONE).bind(since).bind(upto).fetch_all(&mut *tx).await?;
            let mut deletes = Vec::with_capacity(rows.len());
            for row in &rows {
                deletes.push((row.int(1)?, gone(row)?));
            }
            Feed::Changes { changes: by_number(upserts, deletes), upto }
        }))
    }

    /// Forgets deletions older than `before`; how many. Followers that slept longer scan anew.
    pub async fn prune_tombstones(&self, before: Timestamp) -> Result<u64, StoreError> {
        Ok(in_transaction!(&self.db, |tx| {
            let row = sqlx::query(sql::OLD_TOMBSTONES).bind(micros(before)).fetch_one(&mut *tx).await?;
            let horizon = row.int(0)?;
            sqlx::query(sql::RAISE_HORIZON).bind(horizon).execute(&mut *tx).await?;
            sqlx::query(sql::DROP_TOMBSTONES).bind(horizon).execute(&mut *tx).await?.rows_affected()
        }))
    }
}

fn gone(row: &impl Columns) -> Result<EntityRef, StoreError> {
    let key = row.text(0)?;
    EntityRef::parse(key, RefContext::default()).map_err(|error| StoreError::Undecodable {
        entity: key.to_owned(),
        column: "ref",
        source: error.into(),
    })
}

/// Merges two lists that are in order of their numbers.
fn by_number(
    upserts: Vec<(Sequence, model::StoredEntity)>,
    deletes: Vec<(Sequence, EntityRef)>,
) -> Vec<(Sequence, Change)> {
    let mut changes = std::collections::BTreeMap::<Sequence, Change>::new();
    for (number, entity) in upserts {
        changes.entry(number).or_default().upserts.push(entity);
    }
    for (number, entity_ref) in deletes {
        changes.entry(number).or_default().deletes.push(entity_ref);
    }
    changes.into_iter().collect()
}
