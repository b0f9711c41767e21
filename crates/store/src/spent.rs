//! What is good once: states of a sign-in, assertions.

use identity::TokenHash;
use model::Timestamp;

use crate::db::{hex, micros, reading, writing};
use crate::{Store, StoreError, sql};

impl Store {
    /// Spends something that is void from `expires_at`; `true` for the first who does, however many try at
    /// once. `false` too when its time is over: by then it may have been spent and forgotten.
    pub async fn spend(&self, hash: &TokenHash, expires_at: Timestamp) -> Result<bool, StoreError> {
        if expires_at <= self.now() {
            return Ok(false);
        }
        let spent = writing!(&self.db, |pool| {
            sqlx::query(sql::SPEND)
                .bind(hex(hash))
                .bind(micros(expires_at))
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(spent > 0)
    }

    /// Whether something was spent that is not void yet.
    pub async fn is_spent(&self, hash: &TokenHash) -> Result<bool, StoreError> {
        Ok(reading!(&self.db, |pool| {
            sqlx::query(sql::SPENT)
                .bind(hex(hash))
                .bind(micros(self.now()))
                .fetch_optional(pool)
                .await?
                .is_some()
        }))
    }
}
