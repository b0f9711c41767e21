//! Tokens that are good once: each use of a refresh token puts another in its place, and the old one,
//! presented again, tells that somebody has a copy (RFC 9700 §4.14.2).

use identity::TokenHash;
use model::Timestamp;
use time::Duration;
use uuid::Uuid;

use crate::db::{Columns, hex, in_transaction, instant, micros, reading, writing};
use crate::unfit::{Column, SEALED_BYTES};
use crate::{Session, Store, StoreError, session, sql};

/// A token that was rotated no longer ago than this comes from another tab, not from a thief.
pub const JUST_BEFORE: Duration = Duration::seconds(10);

/// After this long, whoever still shows the token before the present one never got that: its answer was lost. It
/// is more than an answer takes, so that no answer that is still on its way brings a token that is void.
pub const LOST: Duration = Duration::seconds(40);

/// Tokens are remembered for this long after they were rotated, over a weekend at least; each session's last
/// one as long as the session. One that is forgotten is unknown: refused, but a sign of nothing.
const REMEMBERED: Duration = Duration::days(3);

pub(crate) const SEALED: Column = Column::new("sessions", "sealed", SEALED_BYTES);
pub(crate) const SCOPE: Column = Column::new("sessions", "scope", 4096);

/// What takes the place of a token.
#[derive(Clone, Copy, Debug)]
pub struct NextToken<'a> {
    /// Hash of the next token.
    pub token: TokenHash,
    /// The provider's token, sealed; `None` keeps the one that is there.
    pub sealed: Option<&'a str>,
    /// The scope that the provider granted; `None` keeps the one that is there.
    pub scope: Option<&'a str>,
}

/// What came of a token that was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It was good, and no longer is: the next one is. Or it is the one before, it was rotated [`LOST`] ago, and
    /// nobody has shown the one that took its place: that one is void, and the next one is good.
    Rotated,
    /// It was rotated just now, as happens with two tabs or when a page is loaded again: to be answered, without a
    /// token. That is within [`LOST`] while nobody has shown the one that took its place, else within
    /// [`JUST_BEFORE`].
    JustBefore(Session),
    /// It was rotated before that, or it was void before anybody showed it: one of two who have such tokens is a
    /// thief, and all that came of the sign-in has to end.
    Reused(Session),
    /// It never was this session's, or the session is over.
    Unknown,
}

impl Store {
    /// Puts the next token in the place of the presented one. However many present it at once, one rotates.
    ///
    /// Only sessions of [`identity::SessionKind::Token`] rotate.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for a sealed token or a scope that is too long, or when the database fails.
    pub async fn rotate_session(
        &self,
        id: Uuid,
        presented: &TokenHash,
        next: &NextToken<'_>,
        now: Timestamp,
    ) -> Result<Rotation, StoreError> {
        let (sealed, scope) = (SEALED.fit_some(next.sealed)?, SCOPE.fit_some(next.scope)?);
        let (id, presented) = (id.to_string(), hex(presented));
        Ok(in_transaction!(&self.db, |tx| {
            // INVARIANT: from here on one holds the row, so that all below sees one state of it.
            let held =
                sqlx::query(sql::HOLD_SESSION).bind(&id).bind(micros(now)).fetch_optional(&mut *tx).await?;
            let held = held.map(|row| Held::read(&row)).transpose()?;
            let rotated =
                sqlx::query(sql::ROTATED_AT).bind(&presented).bind(&id).fetch_optional(&mut *tx).await?;
            let rotated = rotated.map(|row| row.int(0)).transpose()?.map(instant);
            match held.map(|held| (held.judge(&presented, rotated, now), held)) {
                None | Some((Verdict::Unknown, _)) => Rotation::Unknown,
                Some((verdict @ (Verdict::Rotate | Verdict::RotateAgain), held)) => {
                    let mut over = vec![(&presented, now)];
                    if verdict == Verdict::RotateAgain {
                        // Nobody is forgiven for what nobody was given.
                        over.push((&held.token, now - JUST_BEFORE));
                    }
                    for (token, at) in over {
                        sqlx::query(sql::NOTE_ROTATED)
                            .bind(token)
                            .bind(&id)
                            .bind(micros(at))
                            .execute(&mut *tx)
                            .await?;
                    }
                    sqlx::query(sql::ROTATE_SESSION)
                        .bind(&id)
                        .bind(hex(&next.token))
                        .bind(&presented)
                        .bind(micros(now))
                        .bind(sealed)
                        .bind(scope)
                        .execute(&mut *tx)
                        .await?;
                    Rotation::Rotated
                }
                Some((verdict, _)) => {
                    let row =
                        sqlx::query(sql::SESSION).bind(&id).bind(micros(now)).fetch_one(&mut *tx).await?;
                    let session = session::read(&row)?;
                    match verdict {
                        Verdict::JustBefore => Rotation::JustBefore(session),
                        _ => Rotation::Reused(session),
                    }
                }
            }
        }))
    }

    /// The session whose refresh token this is, or was before it was rotated. [`Session::token`] tells which.
    pub async fn session_by_any_token_hash(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        reading!(&self.db, |pool| {
            let row = sqlx::query(sql::SESSION_BY_ANY_TOKEN)
                .bind(hex(token))
                .bind(micros(self.now()))
                .fetch_optional(pool)
                .await?;
            row.map(|row| session::read(&row)).transpose()
        })
    }

    /// The provider's token of a session, sealed; `None` where there is none, or the session is over.
    pub async fn sealed_of_session(&self, id: Uuid) -> Result<Option<String>, StoreError> {
        let row = reading!(&self.db, |pool| {
            sqlx::query(sql::SEALED)
                .bind(id.to_string())
                .bind(micros(self.now()))
                .fetch_optional(pool)
                .await?
                .map(|row| row.maybe_owned(0))
                .transpose()?
        });
        Ok(row.flatten())
    }

    /// Puts another sealed token (the provider gave a new one, or the sealing key has changed) in the place of
    /// the one that the caller has read; whether that was still there. `scope` as in [`NextToken::scope`].
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for one that is too long, or when the database fails.
    pub async fn replace_sealed(
        &self,
        id: Uuid,
        known: &str,
        sealed: &str,
        scope: Option<&str>,
    ) -> Result<bool, StoreError> {
        let (sealed, scope) = (SEALED.fit(sealed)?, SCOPE.fit_some(scope)?);
        let replaced = writing!(&self.db, |pool| {
            sqlx::query(sql::REPLACE_SEALED)
                .bind(id.to_string())
                .bind(known)
                .bind(sealed)
                .bind(scope)
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(replaced > 0)
    }

    /// Forgets rotated tokens of long ago; how many.
    pub(crate) async fn prune_rotated(&self) -> Result<u64, StoreError> {
        let before = micros(self.now() - REMEMBERED);
        Ok(writing!(&self.db, |pool| {
            sqlx::query(sql::PRUNE_ROTATED).bind(before).execute(pool).await?.rows_affected()
        }))
    }
}

/// What a session's row says of its tokens, in hexadecimal.
struct Held {
    token: String,
    before: Option<String>,
    turned_at: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Rotate,
    RotateAgain,
    JustBefore,
    Reused,
    Unknown,
}

impl Held {
    fn read(row: &impl Columns) -> Result<Self, StoreError> {
        let before = row.maybe_owned(1)?;
        // Both are set together.
        let turned_at = if before.is_some() { row.int(2)? } else { 0 };
        Ok(Self { token: row.owned(0)?, before, turned_at: instant(turned_at) })
    }

    /// What a token is that was presented, and noted as rotated at that time if it ever was.
    fn judge(&self, presented: &str, rotated: Option<Timestamp>, now: Timestamp) -> Verdict {
        if self.token == presented {
            Verdict::Rotate
        } else if self.before.as_deref() == Some(presented) {
            if now - self.turned_at < LOST { Verdict::JustBefore } else { Verdict::RotateAgain }
        } else {
            match rotated {
                Some(at) if now - at < JUST_BEFORE => Verdict::JustBefore,
                Some(_) => Verdict::Reused,
                None => Verdict::Unknown,
            }
        }
    }
}
