//! Sessions in use: looked up in the store, remembered for a few seconds.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use arc_swap::ArcSwap;
use identity::{
    Membership, Principal, SessionKind, SessionRow, SessionToken, TokenHash, Unauthenticated, verify_session,
};
use model::{EntityRef, Sequence, Timestamp};
use store::{Session, Store};
use time::Duration;
use uuid::Uuid;

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
    /// Providers with their environments, and whether a resolver of theirs makes users up. A sign-in by another one is over.
    providers: ArcSwap<HashMap<(String, Option<String>), bool>>,
    idle_timeout: Duration,
    remembered: RwLock<Memory>,
}

/// What a session is found by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// Its token: of a page, or of a script.
    Token(TokenHash),
    /// Its name, which user tokens say.
    SignIn(Uuid),
    /// The proof of a limited user token.
    Proof(TokenHash),
}

#[derive(Default)]
struct Memory {
    sessions: HashMap<Key, Remembered>,
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
        Self { store, catalog, providers: ArcSwap::default(), idle_timeout, remembered: RwLock::default() }
    }

    /// The users of the catalog.
    pub(crate) fn members(&self) -> &dyn Membership {
        &self.catalog
    }

    /// Takes the providers of the settings. Sign-ins by others end at once.
    pub(crate) fn know(&self, providers: HashMap<(String, Option<String>), bool>) {
        self.providers.store(Arc::new(providers));
        let mut memory = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        memory.ended += 1;
        memory.sessions.clear();
    }

    /// Whether the user of a session still counts: the catalog knows her, or her provider's resolver makes users up.
    pub(crate) fn counts(&self, session: &Session) -> bool {
        self.catalog.of(&session.user).is_some() || self.by_provider(session) == Some(true)
    }

    /// Whether a session that the store has still is one: it was used lately, and its provider is there.
    pub(crate) fn goes_on(&self, session: &Session, now: Timestamp) -> bool {
        session.seen_at + self.idle_timeout > now && self.by_provider(session).is_some()
    }

    /// Whether a resolver of the session's provider makes users up; `None` if there is no such provider any more.
    fn by_provider(&self, session: &Session) -> Option<bool> {
        match &session.provider {
            // By a one-time link.
            None => Some(false),
            Some(provider) => {
                let key = (provider.clone(), session.environment.clone());
                self.providers.load().get(&key).copied()
            }
        }
    }

    /// What a user owns things as: herself, and her direct groups.
    pub(crate) fn ownership(&self, user: &EntityRef) -> Vec<EntityRef> {
        let groups = self.catalog.of(user).unwrap_or_default();
        let groups = groups.direct().iter().filter(|group| *group != user).cloned();
        std::iter::once(user.clone()).chain(groups).collect()
    }

    /// The sign-in that a user token names, if it goes on.
    pub(crate) async fn row_of_sign_in(
        &self,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, ApiError> {
        let Ok(id) = Uuid::parse_str(name) else { return Ok(None) };
        self.row(Key::SignIn(id), now).await
    }

    /// The sign-in that a limited user token comes from, if it goes on.
    pub(crate) async fn row_of_proof(
        &self,
        proof: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, ApiError> {
        self.row(Key::Proof(*proof), now).await
    }

    async fn row(&self, key: Key, now: Timestamp) -> Result<Option<SessionRow>, ApiError> {
        let Some(known) = self.find(key, now).await? else { return Ok(None) };
        if known.session.seen_at + self.idle_timeout <= now {
            self.forget(key);
            return Ok(None);
        }
        let row = known.row.clone();
        self.remember(key, known);
        Ok(Some(row))
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
        let key = Key::Token(token.hash());
        let Some(mut known) = self.find(key, now).await? else {
            return Err(illegal(Unauthenticated::Unknown));
        };
        if known.session.seen_at + self.idle_timeout <= now {
            self.forget(key);
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
        self.remember(key, known);
        Ok(principal)
    }

    async fn find(&self, key: Key, now: Timestamp) -> Result<Option<Remembered>, ApiError> {
        let ended = {
            let memory = self.remembered.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = memory.sessions.get(&key).filter(|known| now - known.fetched < BELIEVED) {
                return Ok(Some(known.clone()));
            }
            memory.ended
        };
        let failed = |error| ApiError::unavailable("Sessions cannot be looked up", 5).caused_by(error);
        let found = match key {
            Key::Token(hash) => self.store.session_by_token_hash(&hash).await,
            Key::SignIn(id) => self.store.session(id).await,
            Key::Proof(hash) => match self.store.session_of_proof(&hash).await {
                Ok(Some(id)) => self.store.session(id).await,
                Ok(None) => Ok(None),
                Err(error) => Err(error),
            },
        };
        let Some(session) = found.map_err(failed)? else {
            self.forget(key);
            return Ok(None);
        };
        let Some(without_catalog) = self.by_provider(&session) else {
            self.forget(key);
            return Ok(None);
        };
        if session.seen_at + self.idle_timeout > now {
            self.store.touch_session(&session).await.map_err(failed)?;
        }
        let row = SessionRow {
            id: session.id.to_string(),
            hash: session.token,
            user: session.user.clone(),
            kind: session.kind,
            expires_at: session.expires_at,
            without_catalog,
        };
        Ok(Some(Remembered { session, row, fetched: now, ended, principal: None }))
    }

    fn remember(&self, key: Key, known: Remembered) {
        let mut memory = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if memory.ended != known.ended {
            return;
        }
        if memory.sessions.len() >= MAX_REMEMBERED && !memory.sessions.contains_key(&key) {
            memory.sessions.clear();
        }
        memory.sessions.insert(key, known);
    }

    fn forget(&self, key: Key) {
        self.remembered.write().unwrap_or_else(PoisonError::into_inner).sessions.remove(&key);
    }

    /// Ends a session, in the store first.
    pub(crate) async fn end(&self, id: Uuid) -> Result<(), ApiError> {
        self.store.end_session(id).await.map_err(unchanged)?;
        self.ended(&[id]);
        Ok(())
    }

    /// Ends all sessions of a user but one, in the store first; how many.
    pub(crate) async fn end_all(&self, user: &EntityRef, except: Option<Uuid>) -> Result<usize, ApiError> {
        let ended = self.store.end_sessions_of(user, except).await.map_err(unchanged)?;
        self.ended(&ended);
        Ok(ended.len())
    }

    /// Forgets them, by whatever they were found.
    fn ended(&self, ids: &[Uuid]) {
        let mut memory = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        memory.ended += 1;
        memory.sessions.retain(|_, known| !ids.contains(&known.session.id));
    }
}

fn unchanged(error: store::StoreError) -> ApiError {
    ApiError::unavailable("Sessions cannot be changed", 5).caused_by(error)
}
