//! Keys that sign, sealed, by the ring in which they take turns.

use model::Timestamp;

use crate::db::{Columns, in_transaction, instant, micros, reading, writing};
use crate::unfit::{Column, SEALED_BYTES};
use crate::{Store, StoreError, sql};

const ID: Column = Column::new("signing_keys", "id", 128);
const RING: Column = Column::new("signing_keys", "ring", 128);
const SEALED: Column = Column::new("signing_keys", "sealed", SEALED_BYTES);

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptKey {
    /// Its `kid`.
    pub id: String,
    /// When it was made, to the microsecond.
    pub made_at: Timestamp,
    /// The private key, sealed.
    pub sealed: String,
}

impl Store {
    /// Keeps a new key of a ring, if `newest_known` is still the newest one there (`None`: there is none). Of
    /// many replicas whose turn it is to make one, one succeeds; the others read the ring again.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for an id or ring of more than 128 bytes or a sealed key that is too long, or when the
    /// database fails.
    pub async fn put_signing_key(
        &self,
        ring: &str,
        key: &KeptKey,
        newest_known: Option<&str>,
    ) -> Result<bool, StoreError> {
        let (ring, id, sealed) = (RING.fit(ring)?, ID.fit(&key.id)?, SEALED.fit(&key.sealed)?);
        let follows = newest_known.unwrap_or_default();
        let put = writing!(&self.db, |pool| {
            sqlx::query(sql::PUT_SIGNING_KEY)
                .bind(id)
                .bind(ring)
                .bind(micros(key.made_at))
                .bind(sealed)
                .bind(follows)
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(put > 0)
    }

    /// The keys of a ring, newest last.
    pub async fn signing_keys(&self, ring: &str) -> Result<Vec<KeptKey>, StoreError> {
        reading!(&self.db, |pool| {
            let rows = sqlx::query(sql::SIGNING_KEYS).bind(ring).fetch_all(pool).await?;
            rows.iter()
                .map(|row| {
                    Ok(KeptKey { id: row.owned(0)?, made_at: instant(row.int(1)?), sealed: row.owned(2)? })
                })
                .collect()
        })
    }

    /// Keeps a key sealed anew; whether it is there.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for one that is too long, or when the database fails.
    pub async fn reseal_signing_key(&self, id: &str, sealed: &str) -> Result<bool, StoreError> {
        let sealed = SEALED.fit(sealed)?;
        let resealed = writing!(&self.db, |pool| {
            sqlx::query(sql::RESEAL_SIGNING_KEY).bind(id).bind(sealed).execute(pool).await?.rows_affected()
        });
        Ok(resealed > 0)
    }

    /// Removes keys that are published no more; how many were there.
    pub async fn remove_signing_keys(&self, ids: &[String]) -> Result<u64, StoreError> {
        let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        // In one order, so that two who remove the same do not wait for each other.
        ids.sort_unstable();
        let mut removed = 0;
        in_transaction!(&self.db, |tx| {
            for id in &ids {
                removed +=
                    sqlx::query(sql::REMOVE_SIGNING_KEY).bind(*id).execute(&mut *tx).await?.rows_affected();
            }
        });
        Ok(removed)
    }
}
