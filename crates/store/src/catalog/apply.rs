//! Writing a change: one transaction, one number.

use std::collections::HashSet;
use std::sync::Arc;

use model::{Change, EntityRef, Sequence};
use sqlx::QueryBuilder;

use super::row::EntityColumns;
use crate::db::{Columns, in_transaction, micros, pieces};
use crate::{Store, StoreError, sql};

/// Conflicting refs named in an error.
const NAMED: usize = 20;

const INSERT: &str = "INSERT INTO entities \
    (ref, uid, etag, location_key, origin, source_hash, parents, edges, problems, seq, body) ";
/// INVARIANT: a row is only replaced by whoever knows the uid it has, so of two writers that both see
/// a ref for the first time, one gets it; and only if it has not changed since the writer looked.
const REPLACE: &str = " ON CONFLICT (ref) DO UPDATE SET etag = excluded.etag, \
    location_key = excluded.location_key, origin = excluded.origin, source_hash = excluded.source_hash, \
    parents = excluded.parents, edges = excluded.edges, problems = excluded.problems, seq = excluded.seq, \
    body = excluded.body WHERE entities.uid = excluded.uid AND entities.seq <= ";

impl Store {
    /// Applies a change whole and returns its number, or applies nothing. An empty change has no
    /// number of its own: the last one is returned.
    ///
    /// Fails with [`StoreError::Conflict`] if a ref is taken under another uid. A ref may be both
    /// deleted and written: it is then replaced, new uid included.
    pub async fn apply(&self, change: &Change) -> Result<Sequence, StoreError> {
        self.apply_from(change, Sequence::MAX).await
    }

    /// As [`Store::apply`], and also refuses to touch what has changed after `base`, the number the
    /// writer's view had when it worked the change out. For writers that share a database.
    pub async fn apply_from(&self, change: &Change, base: Sequence) -> Result<Sequence, StoreError> {
        if change.is_empty() {
            return self.sequence().await;
        }
        check_unique(change.upserts.iter().map(|entity| &entity.entity_ref))?;
        check_unique(change.deletes.iter())?;
        let now = micros(self.now());
        // Replicas that follow by LISTEN get their NOTIFY here, inside the transaction.
        Ok(in_transaction!(&self.db, |tx| {
            let seq: Sequence = sqlx::query(sql::NEXT_SEQUENCE).fetch_one(&mut *tx).await?.int(0)?;
            for piece in pieces(&change.deletes) {
                let mut delete = QueryBuilder::new("DELETE FROM entities WHERE seq <= ");
                delete.push_bind(base).push(" AND ref IN (");
                bind_refs(&mut delete, piece.iter());
                delete.push(") RETURNING ref");
                let gone = delete.build().fetch_all(&mut *tx).await?;
                if gone.len() < piece.len() {
                    let mut left = QueryBuilder::new("SELECT ref FROM entities WHERE ref IN (");
                    bind_refs(&mut left, piece.iter());
                    left.push(")");
                    let left = left.build().fetch_all(&mut *tx).await?;
                    if !left.is_empty() {
                        return Err(conflict(&left)?);
                    }
                }
                for gone in pieces(&gone) {
                    let refs: Vec<_> = gone.iter().map(|row| row.owned(0)).collect::<Result<_, _>>()?;
                    let mut mark = QueryBuilder::new("INSERT INTO tombstones (ref, seq, at) ");
                    mark.push_values(refs, |mut row, entity_ref| {
                        row.push_bind(entity_ref).push_bind(seq).push_bind(now);
                    });
                    mark.push(" ON CONFLICT (ref) DO UPDATE SET seq = excluded.seq, at = excluded.at");
                    mark.build().execute(&mut *tx).await?;
                }
            }
            for piece in pieces(&change.upserts) {
                let mut insert = QueryBuilder::new(INSERT);
                insert.push_values(piece.iter().map(EntityColumns::of), |mut row, columns| {
                    let EntityColumns { entity, parents, edges, problems } = columns;
                    row.push_bind(entity.entity_ref.as_str())
                        .push_bind(entity.uid.clone())
                        .push_bind(entity.etag.clone())
                        .push_bind(without_nul(&entity.location_key))
                        .push_bind(without_nul(&entity.origin))
                        .push_bind(entity.source_hash.clone())
                        .push_bind(parents)
                        .push_bind(edges)
                        .push_bind(problems)
                        .push_bind(seq)
                        .push_bind(entity.body.clone());
                });
                insert.push(REPLACE).push_bind(base);
                let written = insert.build().execute(&mut *tx).await?.rows_affected();
                if written < piece.len() as u64 {
                    let mut other = QueryBuilder::new("SELECT ref FROM entities WHERE seq <> ");
                    other.push_bind(seq).push(" AND ref IN (");
                    bind_refs(&mut other, piece.iter().map(|entity| &entity.entity_ref));
                    other.push(")");
                    return Err(conflict(&other.build().fetch_all(&mut *tx).await?)?);
                }
                let mut revive = QueryBuilder::new("DELETE FROM tombstones WHERE ref IN (");
                bind_refs(&mut revive, piece.iter().map(|entity| &entity.entity_ref));
                revive.push(")");
                revive.build().execute(&mut *tx).await?;
            }
            seq
        }))
    }
}

fn bind_refs<'a, DB>(query: &mut QueryBuilder<DB>, refs: impl Iterator<Item = &'a EntityRef>)
where
    DB: sqlx::Database,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut list = query.separated(", ");
    for entity_ref in refs {
        list.push_bind(entity_ref.as_str());
    }
}

/// PostgreSQL keeps no NUL, and a target somebody wrote one into must not hold up the whole change.
fn without_nul(text: &Arc<str>) -> Arc<str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { Arc::clone(text) }
}

fn check_unique<'a>(refs: impl Iterator<Item = &'a EntityRef>) -> Result<(), StoreError> {
    let mut seen = HashSet::new();
    for entity_ref in refs {
        if !seen.insert(entity_ref) {
            return Err(StoreError::Repeated(entity_ref.to_string()));
        }
    }
    Ok(())
}

fn conflict(rows: &[impl Columns]) -> Result<StoreError, sqlx::Error> {
    let refs = rows.iter().take(NAMED).map(|row| row.owned(0)).collect::<Result<_, _>>()?;
    Ok(StoreError::Conflict { refs })
}
