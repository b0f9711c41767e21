//! One-time links: kept hashed, redeemed once.

use identity::TokenHash;
use model::{EntityRef, RefContext, Timestamp};

use crate::db::{Columns, hex, micros, reading, writing};
use crate::{Store, StoreError, sql};

/// A link that was good, and no longer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedeemedLink {
    /// The user it was made for; `None` if whoever redeems it may choose.
    pub user: Option<EntityRef>,
}

impl Store {
    /// Keeps a link's hash until it is redeemed or its time is over.
    pub async fn put_link(
        &self,
        link: &TokenHash,
        user: Option<&EntityRef>,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        writing!(&self.db, |pool| {
            sqlx::query(sql::PUT_LINK)
                .bind(hex(link))
                .bind(user.map(EntityRef::as_str))
                .bind(micros(expires_at))
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// Whether a link could be redeemed now, without spending it.
    pub async fn link_is_live(&self, link: &TokenHash) -> Result<bool, StoreError> {
        let row = reading!(&self.db, |pool| {
            sqlx::query(sql::LIVE_LINK)
                .bind(hex(link))
                .bind(micros(self.now()))
                .fetch_optional(pool)
                .await?
                .is_some()
        });
        Ok(row)
    }

    /// Spends a link. `None` when it is unknown, spent or late; which of them is nobody's business.
    /// However many try at once, one succeeds.
    pub async fn redeem_link(&self, link: &TokenHash) -> Result<Option<RedeemedLink>, StoreError> {
        let row = writing!(&self.db, |pool| {
            sqlx::query(sql::REDEEM_LINK)
                .bind(hex(link))
                .bind(micros(self.now()))
                .fetch_optional(pool)
                .await?
                .map(|row| row.maybe_owned(0))
                .transpose()?
        });
        let Some(user) = row else { return Ok(None) };
        let user = user
            .map(|user| EntityRef::parse(&user, RefContext::default()))
            .transpose()
            .map_err(|error| StoreError::Database(sqlx::Error::Decode(error.into())))?;
        Ok(Some(RedeemedLink { user }))
    }
}
