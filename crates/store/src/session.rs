//! Sessions: who is signed in, from where, until when.

use identity::{SessionKind, TokenHash};
use model::{EntityRef, RefContext, Timestamp};
use time::Duration;
use uuid::Uuid;

use crate::db::{Columns, hex, instant, micros, reading, unhex, writing};
use crate::unfit::Column;
use crate::{Store, StoreError, rotation, sql};

/// Most sessions in a page of [`Store::recent_sessions`].
pub const MAX_PAGE: u32 = 1_000;

/// Most sessions of [`Store::sessions_of`].
const MAX_OF_USER: i64 = 500;

/// Longest user agent kept, in bytes.
const USER_AGENT_BYTES: usize = 256;
/// A session's last use is kept no finer than this, so that a page view is rarely a write.
const SEEN_STEP: Duration = Duration::MINUTE;

const PROVIDER: Column = Column::new("sessions", "provider", 128);
const ENVIRONMENT: Column = Column::new("sessions", "environment", 128);

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
    /// Id of the provider that vouched for the user, at most 128 bytes.
    pub provider: Option<String>,
    /// The provider's environment, at most 128 bytes.
    pub environment: Option<String>,
    /// The scope that the provider granted, at most 4096 bytes.
    pub scope: Option<String>,
    /// The provider's token, sealed.
    pub sealed: Option<String>,
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its name in logs.
    pub id: Uuid,
    /// Hash of the secret that is good now.
    pub token: TokenHash,
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
    /// Id of the provider that vouched for the user.
    pub provider: Option<String>,
    /// The provider's environment.
    pub environment: Option<String>,
    /// The scope that the provider granted.
    pub scope: Option<String>,
}

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for what is longer than [`NewSession`] says, or when the database fails.
    pub async fn create_session(&self, new: &NewSession) -> Result<(), StoreError> {
        let user_agent = new.user_agent.as_deref().map(|text| crate::audit::bounded(text, USER_AGENT_BYTES));
        let ip = new.ip.as_deref().map(|text| crate::audit::bounded(text, 64));
        let provider = PROVIDER.fit_some(new.provider.as_deref())?;
        let environment = ENVIRONMENT.fit_some(new.environment.as_deref())?;
        let scope = rotation::SCOPE.fit_some(new.scope.as_deref())?;
        let sealed = rotation::SEALED.fit_some(new.sealed.as_deref())?;
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
                .bind(provider)
                .bind(environment)
                .bind(scope)
                .bind(sealed)
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
            row.map(|row| read(&row)).transpose()
        })
    }

    /// The session of this id, if it has not ended.
    pub async fn session(&self, id: Uuid) -> Result<Option<Session>, StoreError> {
        reading!(&self.db, |pool| {
            let row = sqlx::query(sql::SESSION)
                .bind(id.to_string())
                .bind(micros(self.now()))
                .fetch_optional(pool)
                .await?;
            row.map(|row| read(&row)).transpose()
        })
    }

    /// Sessions of a user that have not ended, oldest first; of more than 500, the latest.
    pub async fn sessions_of(&self, user: &EntityRef) -> Result<Vec<Session>, StoreError> {
        reading!(&self.db, |pool| {
            let rows = sqlx::query(sql::SESSIONS_OF)
                .bind(user.as_str())
                .bind(micros(self.now()))
                .bind(MAX_OF_USER)
                .fetch_all(pool)
                .await?;
            rows.iter().rev().map(read).collect()
        })
    }

    /// A session like the one that would begin: of the same user, kind and provider, from the same browser and
    /// address. The one that lives longest, if it lives beyond `until`.
    pub async fn session_like(
        &self,
        new: &NewSession,
        until: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let user_agent = new.user_agent.as_deref().map(|text| crate::audit::bounded(text, USER_AGENT_BYTES));
        let ip = new.ip.as_deref().map(|text| crate::audit::bounded(text, 64));
        reading!(&self.db, |pool| {
            let row = sqlx::query(sql::SESSION_AT_DEVICE)
                .bind(new.user.as_str())
                .bind(new.kind.as_str())
                .bind(new.provider.as_deref())
                .bind(new.environment.as_deref())
                .bind(user_agent.as_deref())
                .bind(ip.as_deref())
                .bind(micros(until.max(self.now())))
                .fetch_optional(pool)
                .await?;
            row.map(|row| read(&row)).transpose()
        })
    }

    /// Sessions of all users that have not ended, latest first: a page of `limit`, at most [`MAX_PAGE`]. The next
    /// page comes after the last one's [`Session::created_at`] and [`Session::id`], whether that still is there
    /// or not.
    pub async fn recent_sessions(
        &self,
        limit: u32,
        after: Option<(Timestamp, Uuid)>,
    ) -> Result<Vec<Session>, StoreError> {
        let (began, id) =
            after.map_or((i64::MAX, String::new()), |(began, id)| (micros(began), id.to_string()));
        reading!(&self.db, |pool| {
            let rows = sqlx::query(sql::RECENT_SESSIONS)
                .bind(micros(self.now()))
                .bind(began)
                .bind(id)
                .bind(i64::from(limit.min(MAX_PAGE)))
                .fetch_all(pool)
                .await?;
            rows.iter().map(read).collect()
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

    /// Ends all sessions of a user but one; which.
    pub async fn end_sessions_of(
        &self,
        user: &EntityRef,
        except: Option<Uuid>,
    ) -> Result<Vec<Uuid>, StoreError> {
        let except = except.map(|id| id.to_string()).unwrap_or_default();
        let ended: Vec<String> = writing!(&self.db, |pool| {
            let rows =
                sqlx::query(sql::END_SESSIONS_OF).bind(user.as_str()).bind(except).fetch_all(pool).await?;
            rows.iter().map(|row| row.owned(0)).collect::<Result<_, _>>()?
        });
        // A row whose id cannot be read ended as well, and nobody can have come by it.
        Ok(ended.iter().filter_map(|id| Uuid::parse_str(id).ok()).collect())
    }

    /// Forgets what is over: sessions, links, proofs, what was spent, tokens that were rotated long ago; how
    /// many.
    pub async fn prune_sessions(&self) -> Result<u64, StoreError> {
        let now = micros(self.now());
        let mut gone = self.prune_rotated().await?;
        for statement in [sql::PRUNE_SESSIONS, sql::PRUNE_LINKS, sql::PRUNE_PROOFS, sql::PRUNE_SPENT] {
            gone += writing!(&self.db, |pool| {
                sqlx::query(statement).bind(now).execute(pool).await?.rows_affected()
            });
        }
        Ok(gone)
    }
}

/// The session in a row of one of the `sessions!` statements.
pub(crate) fn read(row: &impl Columns) -> Result<Session, StoreError> {
    let id = row.text(0)?;
    let broken =
        |column: &'static str, source| StoreError::UndecodableSession { id: id.to_owned(), column, source };
    Ok(Session {
        id: Uuid::parse_str(id).map_err(|error| broken("id", error.into()))?,
        token: unhex(row.text(1)?)
            .ok_or_else(|| broken("token_hash", "it is no hash in lower-case hexadecimal".into()))?,
        user: EntityRef::parse(row.text(2)?, RefContext::default())
            .map_err(|error| broken("user_ref", error.into()))?,
        kind: SessionKind::parse(row.text(3)?)
            .ok_or_else(|| broken("kind", "there is no such kind".into()))?,
        created_at: instant(row.int(4)?),
        expires_at: instant(row.int(5)?),
        seen_at: instant(row.int(6)?),
        user_agent: row.maybe_owned(7)?,
        ip: row.maybe_owned(8)?,
        provider: row.maybe_owned(9)?,
        environment: row.maybe_owned(10)?,
        scope: row.maybe_owned(11)?,
    })
}
