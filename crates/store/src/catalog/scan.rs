//! Reading everything once, at start.

use futures_util::TryStreamExt;
use model::{Sequence, StoredEntity};

use super::row::{Reader, Served};
use crate::db::{Columns, in_snapshot, reading};
use crate::{Store, StoreError, sql};

impl Store {
    /// Hands every entity to `each`, in no order, and returns the number of the last change among
    /// them: follow from there with [`Store::changes_since`].
    ///
    /// A row that cannot be read ends the scan with an error that names it.
    pub async fn scan(&self, mut each: impl FnMut(StoredEntity) + Send) -> Result<Sequence, StoreError> {
        let mut reader = Reader::default();
        Ok(in_snapshot!(&self.db, |tx| {
            let sequence = sqlx::query(sql::FEED).fetch_one(&mut *tx).await?.int(0)?;
            let mut rows = sqlx::query(sql::SCAN).fetch(&mut *tx);
            while let Some(row) = rows.try_next().await? {
                each(reader.entity(&row)?);
            }
            drop(rows);
            sequence
        }))
    }

    /// As [`Store::scan`], and hands on only what an index needs: less than half the work.
    pub async fn scan_served(&self, mut each: impl FnMut(Served) + Send) -> Result<Sequence, StoreError> {
        let mut reader = Reader::default();
        Ok(in_snapshot!(&self.db, |tx| {
            let sequence = sqlx::query(sql::FEED).fetch_one(&mut *tx).await?.int(0)?;
            let mut rows = sqlx::query(sql::SCAN_SERVED).fetch(&mut *tx);
            while let Some(row) = rows.try_next().await? {
                each(reader.served(&row)?);
            }
            drop(rows);
            sequence
        }))
    }

    /// The number of the last change; 0 before the first.
    pub async fn sequence(&self) -> Result<Sequence, StoreError> {
        Ok(reading!(&self.db, |pool| sqlx::query(sql::FEED).fetch_one(pool).await?.int(0)?))
    }
}
