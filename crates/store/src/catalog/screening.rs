//! What screening stored entities again needs: one at a time, under which rules it was done, and that
//! nothing of what was taken out is left.

use model::{EntityRef, StoredEntity};

use super::row::Reader;
use crate::db::{Columns, Db, in_transaction, reading, writing};
use crate::{Store, StoreError, sql};

impl Store {
    /// One entity.
    pub async fn entity(&self, entity: &EntityRef) -> Result<Option<StoredEntity>, StoreError> {
        reading!(&self.db, |pool| {
            let row = sqlx::query(sql::ENTITY).bind(entity.as_str()).fetch_optional(pool).await?;
            row.map(|row| Reader::default().entity(&row)).transpose()
        })
    }

    /// Names the rules under which every entity was screened; empty if that was never done.
    pub async fn screened_under(&self) -> Result<String, StoreError> {
        Ok(reading!(&self.db, |pool| sqlx::query(sql::SCREENED).fetch_one(pool).await?.owned(0)?))
    }

    /// Notes that every entity was screened under these rules.
    pub async fn note_screened(&self, version: &str) -> Result<(), StoreError> {
        writing!(&self.db, |pool| sqlx::query(sql::NOTE_SCREENED)
            .bind(version)
            .execute(pool)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Forgets that these entities were deleted, because their refs must not be kept. Followers that have
    /// not heard of it scan anew.
    pub async fn forget_deleted(&self, entities: &[EntityRef]) -> Result<(), StoreError> {
        if entities.is_empty() {
            return Ok(());
        }
        in_transaction!(&self.db, |tx| {
            let head = sqlx::query(sql::FEED).fetch_one(&mut *tx).await?.int(0)?;
            for entity in entities {
                sqlx::query(sql::FORGET_DELETED).bind(entity.as_str()).execute(&mut *tx).await?;
            }
            sqlx::query(sql::RAISE_HORIZON).bind(head).execute(&mut *tx).await?;
        });
        Ok(())
    }

    /// Leaves nothing of overwritten rows in the files of SQLite: pages that were freed are overwritten
    /// anyway, and the log, which still has them, is written back and cut to nothing. `false` if a reader
    /// is in the way. PostgreSQL keeps old rows until its VACUUM.
    pub async fn scrub(&self) -> Result<bool, StoreError> {
        match &self.db {
            Db::Sqlite { writer, .. } => {
                let row = sqlx::query(sql::CUT_LOG).fetch_one(writer).await?;
                Ok(row.int(0)? == 0)
            }
            Db::Postgres(_) => Ok(true),
        }
    }
}
