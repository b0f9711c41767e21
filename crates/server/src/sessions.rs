//! Sessions in use: looked up in the store, remembered for a few seconds.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use identity::{
    Principal, SessionKind, SessionRow, SessionToken, TokenHash, Unauthenticated, verify_session,
};
use model::{Sequence, Timestamp};
use store::{Session, Store};
use time::Duration;

use crate::catalog::Catalog;
use crate::error::ApiError;

/// How long a looked-up session is believed. Ending one here forgets it at once; one that another
/// replica ended is noticed within this time.
const BELIEVED: Duration = Duration::seconds(5);
/// Sessions remembered at once.
const MAX_REMEMBERED: usize = 10_000;

/// The sessions in use.
pub(crate) struct Sessions {
    store: Arc<Store>,
    catalog: Catalog,
    idle_timeout: Duration,
    remembered: RwLock<Memory>,
}

#[derive(Default)]
struct Memory {
    sessions: HashMap<TokenHash, Remembered>,
    /// How many sessions were ended here. What was looked up before the last end is not remembered
    /// after it: it may be the one that ended.
    ended: u64,
}

#[derive(Clone)]
struct Remembered {
    session: Session,
    row: SessionRow,
    fetched: Timestamp,
    /// `Memory::ended` when it was looked up.
    ended: u64,
    /// Who it makes of its bearer, as of that state of the catalog.
    principal: Option<(Sequence, Principal)>,
}

impl Sessions {
    /// Sessions that end by themselves after `idle_timeout` without a request.
    pub(crate) fn new(store: Arc<Store>, catalog: Catalog, idle_timeout: Duration) -> Self {
        Self { store, catalog, idle_timeout, remembered: RwLock::default() }
    }

    /// Who presents this token. Groups are read from the catalog of this moment.
    pub(crate) async fn principal(
        &self,
        token: &SessionToken,
        kind: SessionKind,
        now: Timestamp,
    ) -> Result<Principal, ApiError> {
        let illegal = |cause: Unauthenticated| {
            tracing::debug!(cause = %cause, "session refused");
            ApiError::unauthenticated("Illegal token")
        };
        let hash = token.hash();
        let Some(mut known) = self.find(&hash, now).await? else {
            return Err(illegal(Unauthenticated::Unknown));
        };
        if known.session.seen_at + self.idle_timeout <= now {
            self.forget(&hash);
            return Err(illegal(Unauthenticated::Expired));
        }
        let state = self.catalog.sequence();
        if let Some((of, principal)) = &known.principal
            && *of == state
            && known.row.kind == kind
            && now < known.row.expires_at
        {
            return Ok(principal.clone());
        }
        let principal =
            verify_session(token, Some(known.row.clone()), kind, now, &self.catalog).map_err(illegal)?;
        known.principal = Some((state, principal.clone()));
        self.remember(hash, known);
        Ok(principal)
    }

    async fn find(&self, hash: &TokenHash, now: Timestamp) -> Result<Option<Remembered>, ApiError> {
        let ended = {
            let memory = self.remembered.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = memory.sessions.get(hash).filter(|known| now - known.fetched < BELIEVED) {
                return Ok(Some(known.clone()));
            }
            memory.ended
        };
        let failed = |error| ApiError::unavailable("Sessions cannot be looked up", 5).caused_by(error);
        let Some(session) = self.store.session_by_token_hash(hash).await.map_err(failed)? else {
            self.forget(hash);
            return Ok(None);
        };
        if session.seen_at + self.idle_timeout > now {
            self.store.touch_session(&session).await.map_err(failed)?;
        }
        let row = SessionRow {
            hash: *hash,
            user: session.user.clone(),
            kind: session.kind,
            expires_at: session.expires_at,
        };
        Ok(Some(Remembered { session, row, fetched: now, ended, principal: None }))
    }

    fn remember(&self, hash: TokenHash, known: Remembered) {
        let mut memory = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if memory.ended != known.ended {
            return;
        }
        if memory.sessions.len() >= MAX_REMEMBERED && !memory.sessions.contains_key(&hash) {
            memory.sessions.clear();
        }
        memory.sessions.insert(hash, known);
    }

    fn forget(&self, hash: &TokenHash) {
        self.remembered.write().unwrap_or_else(PoisonError::into_inner).sessions.remove(hash);
    }

    /// Ends the session of this token, in the store first.
    pub(crate) async fn end(&self, hash: &TokenHash) -> Result<(), ApiError> {
        let failed = |error| ApiError::unavailable("Sessions cannot be changed", 5).caused_by(error);
        if let Some(session) = self.store.session_by_token_hash(hash).await.map_err(failed)? {
            self.store.end_session(session.id).await.map_err(failed)?;
        }
        let mut memory = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        memory.ended += 1;
        memory.sessions.remove(hash);
        Ok(())
    }
}
