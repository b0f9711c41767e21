//! Since when the secrets of the configuration are in use.

use std::collections::BTreeMap;

use model::Timestamp;

use crate::db::{Columns, in_transaction, instant, micros, reading, writing};
use crate::unfit::Column;
use crate::{Store, StoreError, sql};

const FINGERPRINT: Column = Column::new("secret_ages", "fingerprint", 128);
const KEY: Column = Column::new("secret_ages", "key", 1024);

/// One value of one secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretAge {
    /// Tells values apart, and tells nothing of them: it is made with a key.
    pub fingerprint: String,
    /// Where the configuration has it.
    pub key: String,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was seen last.
    pub last_seen: Timestamp,
}

/// A secret that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSecret {
    /// As [`SecretAge::fingerprint`].
    pub fingerprint: String,
    /// As [`SecretAge::key`].
    pub key: String,
    /// Since when, where that is known from elsewhere: under another fingerprint of the same secret, or another key.
    pub since: Option<Timestamp>,
}

impl Store {
    /// Notes that these secrets are in use at `now`, and tells, in their order, when
    /// each was seen before. One that never was comes with `now` twice.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for a fingerprint of more than 128 bytes or a key of more than 1024, or when the
    /// database fails; then none was noted.
    pub async fn see_secrets(
        &self,
        secrets: &[SeenSecret],
        now: Timestamp,
    ) -> Result<Vec<SecretAge>, StoreError> {
        // Sorted, so that replicas that start together do not wait for each other.
        let mut ages = BTreeMap::new();
        for secret in secrets {
            let since = secret.since.filter(|since| *since < now).unwrap_or(now);
            ages.insert((FINGERPRINT.fit(&secret.fingerprint)?, KEY.fit(&secret.key)?), (since, None));
        }
        in_transaction!(&self.db, |tx| {
            for ((fingerprint, key), (since, age)) in &mut ages {
                sqlx::query(sql::MEET_SECRET)
                    .bind(*fingerprint)
                    .bind(*key)
                    .bind(micros(*since))
                    .bind(micros(now))
                    .execute(&mut *tx)
                    .await?;
                let row =
                    sqlx::query(sql::SECRET_AGE).bind(*fingerprint).bind(*key).fetch_one(&mut *tx).await?;
                *age = Some(read(&row)?);
                sqlx::query(sql::SEE_SECRET)
                    .bind(*fingerprint)
                    .bind(*key)
                    .bind(micros(now))
                    .execute(&mut *tx)
                    .await?;
            }
        });
        let seen = |secret: &SeenSecret| ages.get(&(&*secret.fingerprint, &*secret.key))?.1.clone();
        Ok(secrets.iter().filter_map(seen).collect())
    }

    /// All that were ever seen and are not forgotten, by key, oldest first.
    pub async fn secret_ages(&self) -> Result<Vec<SecretAge>, StoreError> {
        reading!(&self.db, |pool| {
            let rows = sqlx::query(sql::SECRET_AGES).fetch_all(pool).await?;
            Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
        })
    }

    /// Forgets secrets that were last seen before `before`; how many. One that comes back is new again, so this
    /// must be long ago.
    pub async fn forget_secrets(&self, before: Timestamp) -> Result<u64, StoreError> {
        Ok(writing!(&self.db, |pool| {
            sqlx::query(sql::FORGET_SECRETS).bind(micros(before)).execute(pool).await?.rows_affected()
        }))
    }
}

fn read(row: &impl Columns) -> Result<SecretAge, sqlx::Error> {
    Ok(SecretAge {
        fingerprint: row.owned(0)?,
        key: row.owned(1)?,
        first_seen: instant(row.int(2)?),
        last_seen: instant(row.int(3)?),
    })
}
