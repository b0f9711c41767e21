//! Sessions: who is signed in, from where, until when.

use identity::{SessionKind, TokenHash};
use model::{EntityRef, RefContext, Timestamp};
use time::Duration;
use uuid::Uuid;

use crate::db::{Columns, hex, instant, micros, reading, writing};
use crate::{Store, StoreError, sql};

/// Longest user agent kept, in bytes.
const USER_AGENT_BYTES: usize = 256;
/// A session's last use is kept no finer than this, so that a page view is rarely a write.
const SEEN_STEP: Duration = Duration::MINUTE;

/// A session about to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Random, and no secret: it names the session in logs.
    pub id: Uuid,
    /// Hash of the secret the caller keeps.
    pub token: TokenHash,
    /// Who it is.
    pub user: EntityRef,
    /// What it is good for.
    pub kind: SessionKind,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The browser's own name, cut to 256 bytes.
    pub user_agent: Option<String>,
    /// Where it was begun from.
    pub ip: Option<String>,
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its name in logs.
    pub id: Uuid,
    /// Who it is.
    pub user: EntityRef,
    /// What it is good for.
    pub kind: SessionKind,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Last use, to the minute.
    pub seen_at: Timestamp,
    /// The browser's own name.
    pub user_agent: Option<String>,
    /// Where it was begun from.
    pub ip: Option<String>,
}

impl Store {
    /// Begins a session.
    pub async fn create_session(&self, new: &NewSession) -> Result<(), StoreError> {
        let user_agent = new.user_agent.as_deref().map(|text| crate::audit::bounded(text, USER_AGENT_BYTES));
        let ip = new.ip.as_deref().map(|text| crate::audit::bounded(text, 64));
        writing!(&self.db, |pool| {
            sqlx::query(sql::CREATE_SESSION)
                .bind(new.id.to_string())
                .bind(hex(&new.token))
                .bind(new.user.as_str())
                .bind(new.kind.as_str())
                .bind(micros(self.now()))
                .bind(micros(new.expires_at))
                .bind(user_agent.as_deref())
                .bind(ip.as_deref())
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// The session of this token, if there is one and it has not ended.
    pub async fn session_by_token_hash(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        reading!(&self.db, |pool| {
            let row = sqlx::query(sql::SESSION_BY_TOKEN)
                .bind(hex(token))
                .bind(micros(self.now()))
                .fetch_optional(pool)
                .await?;
            row.map(|row| session(&row)).transpose()
        })
    }

    /// All sessions of a user that have not ended, oldest first.
    pub async fn sessions_of(&self, user: &EntityRef) -> Result<Vec<Session>, StoreError> {
        reading!(&self.db, |pool| {
            let rows = sqlx::query(sql::SESSIONS_OF)
                .bind(user.as_str())
                .bind(micros(self.now()))
                .fetch_all(pool)
                .await?;
            rows.iter().map(session).collect()
        })
    }

    /// Notes that a session was used. Writes at most once a minute per session.
    pub async fn touch_session(&self, session: &Session) -> Result<(), StoreError> {
        let now = self.now();
        if now - session.seen_at < SEEN_STEP {
            return Ok(());
        }
        writing!(&self.db, |pool| {
            sqlx::query(sql::TOUCH_SESSION)
                .bind(micros(now))
                .bind(session.id.to_string())
                .bind(micros(now - SEEN_STEP))
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// Ends a session; whether there was one.
    pub async fn end_session(&self, id: Uuid) -> Result<bool, StoreError> {
        let ended = writing!(&self.db, |pool| {
            sqlx::query(sql::END_SESSION).bind(id.to_string()).execute(pool).await?.rows_affected()
        });
        Ok(ended > 0)
    }

    /// Forgets sessions and links whose time is over; how many.
    pub async fn prune_sessions(&self) -> Result<u64, StoreError> {
        let now = micros(self.now());
        let mut gone = 0;
        for statement in [sql::PRUNE_SESSIONS, sql::PRUNE_LINKS] {
            gone += writing!(&self.db, |pool| {
                sqlx::query(statement).bind(now).execute(pool).await?.rows_affected()
            });
        }
        Ok(gone)
    }
}

fn session(row: &impl Columns) -> Result<Session, StoreError> {
    let id = row.text(0)?;
    let broken =
        |column: &'static str, source| StoreError::UndecodableSession { id: id.to_owned(), column, source };
    Ok(Session {
        id: Uuid::parse_str(id).map_err(|error| broken("id", error.into()))?,
        user: EntityRef::parse(row.text(1)?, RefContext::default())
            .map_err(|error| broken("user_ref", error.into()))?,
        kind: SessionKind::parse(row.text(2)?)
            .ok_or_else(|| broken("kind", "there is no such kind".into()))?,
        created_at: instant(row.int(3)?),
        expires_at: instant(row.int(4)?),
        seen_at: instant(row.int(5)?),
        user_agent: row.maybe_owned(6)?,
        ip: row.maybe_owned(7)?,
    })
}
