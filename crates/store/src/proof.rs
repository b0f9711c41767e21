//! Proofs: which sign-in a limited user token comes from.

use identity::TokenHash;
use model::Timestamp;
use uuid::Uuid;

use crate::db::{Columns, hex, micros, reading, writing};
use crate::{Store, StoreError, sql};

impl Store {
    /// Notes under which hash the limited token of a session is known, until it is void. It goes with the
    /// session. `false` where that is over: then the token must not be given out.
    pub async fn put_proof(
        &self,
        proof: &TokenHash,
        session: Uuid,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let put = writing!(&self.db, |pool| {
            sqlx::query(sql::PUT_PROOF)
                .bind(hex(proof))
                .bind(session.to_string())
                .bind(micros(expires_at))
                .bind(micros(self.now()))
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        });
        match put {
            // PostgreSQL: it was ended between our look and our row.
            Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Ok(false),
            put => Ok(put? > 0),
        }
    }

    /// The session of a proof that is not void. Whether the session is over, [`Store::session`] tells.
    pub async fn session_of_proof(&self, proof: &TokenHash) -> Result<Option<Uuid>, StoreError> {
        let id = reading!(&self.db, |pool| {
            sqlx::query(sql::PROVEN_SESSION)
                .bind(hex(proof))
                .bind(micros(self.now()))
                .fetch_optional(pool)
                .await?
                .map(|row| row.owned(0))
                .transpose()?
        });
        id.map(|id| Uuid::parse_str(&id)).transpose().map_err(|error| StoreError::UndecodableRow {
            table: "proofs",
            key: hex(proof),
            column: "session_id",
            source: error.into(),
        })
    }
}
