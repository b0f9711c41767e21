//! A sign-in begins, is renewed, and ends: rows of the store, user tokens, records.

use http::header;
use identity::backstage::IssuedUserToken;
use identity::sign_in::Profile;
use identity::{OpaqueToken, Purpose, Sealed, SessionKind, SessionToken, TokenHash};
use model::{EntityRef, Secret, Timestamp};
use policy::{Durability, Outcome};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{NewSession, Session, StoreError};
use time::Duration;
use uuid::Uuid;

use super::Auth;
use super::people::{self, NoMatch};
use super::resolvers;
use crate::audit;
use crate::call::Call;
use crate::error::ApiError;
use crate::providers::{Configured, Grant};

/// Purpose of the token in a provider's refresh cookie.
#[derive(Debug)]
pub(crate) enum Refresh {}

impl Purpose for Refresh {
    const PREFIX: &'static str = "sdr_";
}

/// Has user tokens renewed; good once.
pub(crate) type RefreshToken = OpaqueToken<Refresh>;

/// What is kept of a provider's answer, sealed, beside a sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptGrant {
    /// What the provider calls the person by: each renewal has to give the same.
    pub(crate) subject: String,
    /// What the provider is to be shown next, if it gave something.
    pub(crate) refresh: Option<String>,
    /// For the browser, as long as it is valid: while the provider is down, and for a second tab.
    pub(crate) access: Option<String>,
    /// The moment from which it is void, in seconds since 1970.
    pub(crate) access_until: Option<i64>,
    /// What was granted.
    pub(crate) scope: String,
    /// For the browser, when the provider was not asked.
    #[serde(default)]
    pub(crate) shown: Shown,
}

/// What the frontend shows of a person.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
}

impl Shown {
    fn of(profile: &Profile) -> Self {
        Self {
            email: profile.counted_email().map(str::to_owned),
            display_name: profile.display_name.clone(),
            picture: profile.picture.clone(),
        }
    }
}

impl KeptGrant {
    pub(crate) fn of(grant: &Grant, now: Timestamp) -> Self {
        let exposed = |secret: &Option<Secret<String>>| secret.as_ref().map(|secret| secret.expose().clone());
        let until = |lives: std::time::Duration| {
            now.unix_timestamp().saturating_add(i64::try_from(lives.as_secs()).unwrap_or(i64::MAX))
        };
        Self {
            subject: grant.subject.clone(),
            refresh: exposed(&grant.refresh_token),
            access: exposed(&grant.access_token),
            access_until: grant.expires_in.map(until),
            scope: grant.scope.clone(),
            shown: Shown::of(&grant.profile),
        }
    }

    /// What the frontend is told of it: the access token while it is valid.
    pub(crate) fn provider_info(&self, id_token: Option<&Secret<String>>, now: Timestamp) -> Value {
        let left = self.access_until.map(|until| until.saturating_sub(now.unix_timestamp()));
        let access = self.access.as_deref().filter(|_| left.is_none_or(|left| left > 0)).unwrap_or_default();
        let mut info = Map::new();
        info.insert("accessToken".into(), access.into());
        info.insert("scope".into(), self.scope.as_str().into());
        if let Some(left) = left {
            info.insert("expiresInSeconds".into(), left.max(0).into());
        }
        if let Some(id_token) = id_token {
            info.insert("idToken".into(), id_token.expose().as_str().into());
        }
        Value::Object(info)
    }

    /// Seals it for a row.
    pub(crate) fn seal(&self, auth: &Auth, bound: &str, call: &Call) -> Result<String, ApiError> {
        seal(self, auth, bound, call)
    }

    /// Opens it; `None` if it was not sealed by us for that, or has nothing in it that we know.
    pub(crate) fn open(auth: &Auth, bound: &str, sealed: &str) -> Option<Self> {
        open(auth, bound, sealed)
    }
}

/// Seals what has a refresh token of a provider's in it, for the place where it is kept.
pub(crate) fn seal(
    value: &impl Serialize,
    auth: &Auth,
    bound: &str,
    call: &Call,
) -> Result<String, ApiError> {
    let plain = serde_json::to_vec(value).map_err(ApiError::internal)?;
    let sealed = auth.sealer.seal(Sealed::RefreshToken, bound, &plain, &*call.app.entropy);
    sealed.map_err(ApiError::internal)
}

/// Opens what [`seal`] made; `None` if that was not it, for this place, or has nothing in it that we know.
pub(crate) fn open<T: DeserializeOwned>(auth: &Auth, bound: &str, sealed: &str) -> Option<T> {
    let plain = auth.sealer.open(Sealed::RefreshToken, bound, sealed).ok()?;
    serde_json::from_slice(plain.expose()).ok()
}

/// Whom a grant signs in.
pub(crate) fn person(call: &Call, configured: &Configured, grant: &Grant) -> Result<EntityRef, NoMatch> {
    let resolvers = resolvers::of(&configured.settings).ok_or(NoMatch::NoResolver)?;
    people::resolve(&call.app.catalog.snapshot_for_sign_in(), &resolvers, &grant.profile)
}

/// How long a sign-in by a provider lives at most.
pub(crate) fn lifetime(call: &Call, configured: &Configured) -> Duration {
    let portal = call.app.session_lifetime;
    let longest = configured.settings.session.map_or(portal, |own| own.min(portal));
    Duration::try_from(longest).unwrap_or(Duration::HOUR)
}

/// What is kept of a sign-in that is about to begin.
pub(crate) struct Beginning<'a> {
    pub(crate) configured: &'a Configured,
    pub(crate) user: EntityRef,
    pub(crate) grant: &'a Grant,
    pub(crate) kind: SessionKind,
    pub(crate) token: TokenHash,
}

/// Begins a sign-in; its name, and when it ends. INVARIANT: the record is durable before the row exists.
pub(crate) async fn begin(
    call: &Call,
    auth: &Auth,
    new: Beginning<'_>,
) -> Result<(Uuid, Timestamp), ApiError> {
    let row = row(call, new.configured, new.user, new.kind, new.token, &new.grant.scope);
    put(call, auth, new.grant, row).await
}

/// The same for a way that is gone anew for each user token, through a proxy or as a guest: while a sign-in of the user by
/// this way from the same browser and address has half of its life before it, it goes on. INVARIANT: as with [`begin`], and
/// the record of one that goes on is durable, too.
pub(crate) async fn begin_or_go_on(
    call: &Call,
    auth: &Auth,
    new: Beginning<'_>,
) -> Result<(Uuid, Timestamp), ApiError> {
    let row = row(call, new.configured, new.user, new.kind, new.token, &new.grant.scope);
    let until = call.at + lifetime(call, new.configured) / 2;
    if let Some(session) = call.app.store.session_like(&row, until).await.map_err(unavailable)?
        && call.app.sessions.row_of_sign_in(&session.id.to_string(), call.at).await?.is_some()
    {
        renewing(call, &session).await?;
        return Ok((session.id, session.expires_at));
    }
    put(call, auth, new.grant, row).await
}

fn row(
    call: &Call,
    configured: &Configured,
    user: EntityRef,
    kind: SessionKind,
    token: TokenHash,
    scope: &str,
) -> NewSession {
    NewSession {
        id: call.app.entropy.uuid(),
        token,
        user,
        kind,
        expires_at: call.at + lifetime(call, configured),
        user_agent: call.header(header::USER_AGENT).map(str::to_owned),
        ip: Some(call.admitted.client.to_string()),
        provider: Some(configured.settings.id.clone()),
        environment: configured.settings.environment.clone(),
        scope: Some(scope.to_owned()),
        sealed: None,
    }
}

async fn put(
    call: &Call,
    auth: &Auth,
    grant: &Grant,
    mut row: NewSession,
) -> Result<(Uuid, Timestamp), ApiError> {
    row.sealed = match row.kind {
        SessionKind::Token => Some(KeptGrant::of(grant, call.at).seal(auth, &row.id.to_string(), call)?),
        // Pages never ask the provider again.
        SessionKind::Page | SessionKind::Bearer => None,
    };
    let provider = row.provider.as_deref().unwrap_or_default();
    let recorded = call
        .app
        .ledger
        .event(&call.facts, &audit::SIGN_IN, Outcome::Allowed, Durability::Durable, |record| {
            record.actor_id = Some(row.user.to_string());
            record.resource_ref = Some(row.id.to_string());
            record.reason = vec![provider.into()];
            record.meta.insert("kind".into(), row.kind.as_str().into());
            record.meta.insert("provider".into(), provider.into());
            record.meta.insert("environment".into(), row.environment.clone().into());
        })
        .await;
    recorded
        .map_err(|cause| ApiError::unavailable("The sign-in could not be recorded", 5).caused_by(cause))?;
    call.app.store.create_session(&row).await.map_err(unavailable)?;
    Ok((row.id, row.expires_at))
}

/// Records, durably, that a sign-in is about to go on.
pub(crate) async fn renewing(call: &Call, session: &Session) -> Result<(), ApiError> {
    let recorded = call
        .app
        .ledger
        .event(&call.facts, &audit::TOKEN_REFRESH, Outcome::Allowed, Durability::Durable, |record| {
            record.actor_id = Some(session.user.to_string());
            record.resource_ref = Some(session.id.to_string());
            record.meta.insert("provider".into(), session.provider.clone().into());
        })
        .await;
    recorded.map_err(|cause| ApiError::unavailable("The renewal could not be recorded", 5).caused_by(cause))
}

/// Records that a sign-in was not renewed, within the strangers' budget: whoever has some cookie can ask.
pub(crate) async fn not_renewed(
    call: &Call,
    provider: &str,
    why: &str,
    session: Option<&Session>,
) -> Result<(), ApiError> {
    let recorded = call
        .app
        .ledger
        .event(&call.facts, &audit::TOKEN_REFRESH, Outcome::Denied, Durability::Aggregated, |record| {
            record.reason = vec![why.into()];
            record.meta.insert("provider".into(), provider.into());
            if let Some(session) = session {
                record.resource_ref = Some(session.id.to_string());
                record.meta.insert("user".into(), session.user.as_str().into());
            }
        })
        .await;
    recorded.map_err(|cause| ApiError::unavailable("The refusal could not be recorded", 5).caused_by(cause))
}

/// Records that somebody was refused, within the strangers' budget: whoever has an account at a provider can be.
pub(crate) async fn refused(
    call: &Call,
    provider: &str,
    why: &str,
    grant: Option<&Grant>,
) -> Result<(), ApiError> {
    let recorded = call
        .app
        .ledger
        .event(&call.facts, &audit::SIGN_IN, Outcome::Denied, Durability::Aggregated, |record| {
            record.reason = vec![why.into()];
            record.meta.insert("provider".into(), provider.into());
            if let Some(grant) = grant {
                record.meta.insert("subject".into(), grant.subject.as_str().into());
                record.meta.insert("username".into(), grant.profile.username.clone().into());
                let email = grant.profile.counted_email().map(str::to_owned);
                record.meta.insert("email".into(), email.into());
            }
        })
        .await;
    recorded.map_err(|cause| ApiError::unavailable("The refusal could not be recorded", 5).caused_by(cause))
}

/// A user token of a sign-in, whose limited token is known from now on.
pub(crate) async fn user_token(
    call: &Call,
    auth: &Auth,
    user: &EntityRef,
    (sign_in, until): (Uuid, Timestamp),
) -> Result<IssuedUserToken, ApiError> {
    let name = sign_in.to_string();
    let issued = auth.users.sign(call.at, |key| auth.tokens.issue(key, user, (&name, until), call.at));
    let issued = issued.map_err(ApiError::internal)?;
    let goes_on = call.app.store.put_proof(&issued.proof, sign_in, issued.expires_at).await;
    if goes_on.map_err(unavailable)? {
        Ok(issued)
    } else {
        // It ended while the token was made.
        Err(ApiError::unauthenticated("Refresh failed"))
    }
}

/// What the frontend gets of a sign-in: profile, what the provider gave, who it is here.
pub(crate) fn answer(
    call: &Call,
    shown: Option<&Shown>,
    provider_info: Option<Value>,
    identity: Option<(&EntityRef, &IssuedUserToken)>,
) -> Value {
    let mut answer = Map::new();
    let profile = shown.and_then(|shown| serde_json::to_value(shown).ok());
    answer.insert("profile".into(), profile.unwrap_or_else(|| json!({})));
    if let Some(info) = provider_info {
        answer.insert("providerInfo".into(), info);
    }
    if let Some((user, issued)) = identity {
        let ownership = call.app.sessions.ownership(user);
        let ownership: Vec<&str> = ownership.iter().map(EntityRef::as_str).collect();
        let left = (issued.expires_at - call.at).whole_seconds().max(0);
        let identity = json!({
            "token": issued.token.expose(),
            "expiresInSeconds": left,
            "identity": {"type": "user", "userEntityRef": user.as_str(), "ownershipEntityRefs": ownership},
        });
        answer.insert("backstageIdentity".into(), identity);
    }
    Value::Object(answer)
}

/// Who ends a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Whose it is.
    User,
    /// The server, as its rules have it.
    Server,
}

/// What the server is in records.
const SERVER: &str = "plugin:auth";

/// Ends a sign-in, with all that came of it. INVARIANT: the record is durable before it ends.
pub(crate) async fn end(call: &Call, session: &Session, by: By, why: &'static str) -> Result<(), ApiError> {
    let recorded = call
        .app
        .ledger
        .event(&call.facts, &audit::SIGN_OUT, Outcome::Allowed, Durability::Durable, |record| {
            record.actor_id = Some(match by {
                By::User => session.user.to_string(),
                By::Server => SERVER.to_owned(),
            });
            record.resource_ref = Some(session.id.to_string());
            record.reason = vec![why.into()];
            record.meta.insert("user".into(), session.user.as_str().into());
            record.meta.insert("provider".into(), session.provider.clone().into());
        })
        .await;
    recorded
        .map_err(|cause| ApiError::unavailable("The sign-out could not be recorded", 5).caused_by(cause))?;
    call.app.sessions.end(session.id).await
}

/// The token for the cookie of our own pages.
pub(crate) fn page_token(call: &Call) -> SessionToken {
    SessionToken::generate(&*call.app.entropy)
}

pub(crate) fn unavailable(cause: StoreError) -> ApiError {
    ApiError::unavailable("The store does not answer", 5).caused_by(cause)
}
