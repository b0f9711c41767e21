//! `/api/auth/{provider}/refresh`: a new user token for a sign-in that goes on.

use std::sync::Arc;

use axum::response::Response;
use http::header;
use identity::{SessionKind, TokenHash};
use model::Secret;
use store::{NextToken, Rotation, Session};

use super::frame::{reason, set_cookies};
use super::{access_only, configured, environment, first, is_from_script, is_of_ours};
use crate::auth::cookies::Name;
use crate::auth::session::{self, Beginning, By, KeptGrant, RefreshToken};
use crate::auth::{Auth, people::NoMatch};
use crate::call::{Call, json_answer};
use crate::error::ApiError;
use crate::providers::{
    Configured, Grant, Provider, ProviderError, ProxyProvider, RefreshRequest, Refusal, Way, covers,
};
use crate::table::Answered;

pub(super) async fn refresh(call: Call) -> Answered {
    let auth = call.app.auth.load_full();
    let query = call.query()?;
    let configured = configured(&call, &auth, environment(&query))?;
    is_of_ours(&call, &auth)?;
    match &configured.way {
        Way::Code(_) => {
            is_from_script(&call.headers)?;
            // A browser that leaves, or a time limit, must not leave it half done: what the provider gives in the place of
            // a token that it then takes no more is kept, whoever still listens.
            let tasks = call.app.tasks.clone();
            let task = tasks.spawn(by_cookie(call, Arc::clone(&auth)));
            task.await.unwrap_or_else(|died| Err(ApiError::internal(died)))
        }
        Way::Proxy(proxy) => {
            is_no_foreign_page(&call)?;
            by_proxy(&call, &auth, configured, proxy).await
        }
        Way::Guest(guest) => {
            is_no_foreign_page(&call)?;
            by_nothing(&call, &auth, configured, guest).await
        }
    }
}

const FAILED: &str = "Refresh failed";

/// Refuses what a page of another site has a browser ask, as for an image. Such a request names no origin; a frontend at
/// another site than ours names its own.
fn is_no_foreign_page(call: &Call) -> Result<(), ApiError> {
    let is_foreign = call.header("sec-fetch-site") == Some("cross-site");
    if is_foreign && call.header(header::ORIGIN).is_none() {
        return Err(ApiError::not_allowed("The request comes from a page of another site"));
    }
    Ok(())
}

async fn by_cookie(call: Call, auth: Arc<Auth>) -> Answered {
    let (call, auth) = (&call, &*auth);
    let query = call.query()?;
    let configured = configured(call, auth, environment(&query))?;
    let provider = super::by_code(configured)?;
    let scope = first(&query, "scope").unwrap_or_default();
    let cookies = auth.cookies(&configured.settings.id);
    let Some(presented) = cookies.read(&call.headers, Name::RefreshToken) else {
        return Err(ApiError::no_session_cookie());
    };
    let Some(token) = RefreshToken::parse(&presented) else {
        return access_only::renew(call, auth, configured, provider, &presented, scope).await;
    };
    let session =
        call.app.store.session_by_any_token_hash(&token.hash()).await.map_err(session::unavailable)?;
    let is_of_this = |session: &Session| {
        session.kind == SessionKind::Token
            && session.provider.as_deref() == Some(configured.settings.id.as_str())
            && session.environment == configured.settings.environment
    };
    let Some(session) = session.filter(is_of_this) else {
        return refused(call, configured, "refreshTokenUnknown", None).await;
    };
    call.app.accounts.check(&session.user)?;
    let renewal = Renewal { call, auth, configured, provider, session: &session };
    renewal.renew(token.hash(), scope).await
}

/// A sign-in that is to go on.
#[derive(Clone, Copy)]
struct Renewal<'a> {
    call: &'a Call,
    auth: &'a Auth,
    configured: &'a Configured,
    provider: &'a Provider,
    session: &'a Session,
}

/// What became of it.
enum Outcome {
    /// It goes on, with this answer.
    GoesOn(Response),
    /// It is over, and so are the cookies.
    Ended(Response),
}

impl Renewal<'_> {
    /// Puts the next token in the place of the one that was shown, asks the provider again, and issues a user token.
    async fn renew(self, presented: TokenHash, scope: &str) -> Answered {
        let Self { call, configured, session, .. } = self;
        if call.app.sessions.row_of_sign_in(&session.id.to_string(), call.at).await?.is_none() {
            return self.refused("signInEnded").await;
        }
        if !call.app.sessions.counts(session) {
            return self.ended("notInCatalog").await;
        }
        let Some((kept, sealed)) = self.kept().await? else {
            // Sealed with a key that is gone.
            return self.ended("sealingKeyChanged").await;
        };
        // Before anything changes: the frontend asks the person for more, and she may say no.
        if !covers(&kept.scope, scope) {
            return Err(not_granted(call, configured, Some(session)).await?);
        }
        // INVARIANT: the record is durable before the token changes.
        session::renewing(call, session).await?;
        let next = RefreshToken::generate(&*call.app.entropy);
        let put = NextToken { token: next.hash(), sealed: None, scope: None };
        let rotation = call.app.store.rotate_session(session.id, &presented, &put, call.at).await;
        match rotation.map_err(session::unavailable)? {
            Rotation::Rotated => {}
            // Another tab, or the same page loaded again: the cookie of the next token is on its way, or lost.
            Rotation::JustBefore(session) => {
                let body = Renewal { session: &session, ..self }.issue(&kept, None).await?;
                return Ok(json_answer(body.to_string()));
            }
            // Two have the same token, and one of them stole it: neither keeps it.
            Rotation::Reused(_) => return self.ended("refreshTokenReused").await,
            Rotation::Unknown => return self.refused("refreshTokenUnknown").await,
        }
        let granted = kept.scope.clone();
        let mut response = match self.ask_again(kept, &sealed, scope).await {
            Ok(Outcome::Ended(response)) => return Ok(response),
            Ok(Outcome::GoesOn(response)) => response,
            Err(error) => told(call, error),
        };
        // The old token is void: whatever else became of it, the sign-in goes on with the next.
        let next = (next.expose(), session.expires_at);
        set_cookies(call, self.auth, configured, &mut response, next, &granted);
        Ok(response)
    }

    /// What was kept of the provider's last answer, and as what it was kept.
    async fn kept(self) -> Result<Option<(KeptGrant, String)>, ApiError> {
        let id = self.session.id;
        let sealed = self.call.app.store.sealed_of_session(id).await.map_err(session::unavailable)?;
        Ok(sealed.and_then(|sealed| Some((KeptGrant::open(self.auth, &id.to_string(), &sealed)?, sealed))))
    }

    async fn ask_again(self, kept: KeptGrant, sealed: &str, scope: &str) -> Result<Outcome, ApiError> {
        let Self { call, auth, configured, provider, session } = self;
        let Some(stored) = kept.refresh.clone().map(Secret::new) else {
            // The provider gave nothing to ask again with: the sign-in lives as long as the portal lets it.
            return self.goes_on(&kept, None).await;
        };
        let request = RefreshRequest { stored: &stored, subject: &kept.subject, granted: &kept.scope, scope };
        let grant = match provider.refresh(&request, call.at).await {
            Ok(grant) => grant,
            Err(ProviderError::Refused(Refusal::Scope)) => {
                return Err(not_granted(call, configured, Some(session)).await?);
            }
            Err(ProviderError::Refused(refusal)) => {
                session::end(call, session, By::Server, "providerRefused").await?;
                return self.refused(&reason(refusal)).await.map(Outcome::Ended);
            }
            // What is signed in goes on until it expires.
            Err(error) => {
                tracing::warn!(
                    provider = configured.settings.id.as_str(),
                    error = &error as &dyn std::error::Error,
                    "the sign-in goes on without it"
                );
                return self.goes_on(&kept, None).await;
            }
        };
        // The provider vouches for somebody who is not, or no longer, whom it vouched for?
        match session::person(call, configured, &grant) {
            Ok(user) if user == session.user => {}
            Ok(_) => return self.ended(NoMatch::Ambiguous.as_str()).await.map(Outcome::Ended),
            Err(why) => return self.ended(why.as_str()).await.map(Outcome::Ended),
        }
        let next = KeptGrant::of(&grant, call.at);
        let put = next.seal(auth, &session.id.to_string(), call)?;
        let replaced = call.app.store.replace_sealed(session.id, sealed, &put, Some(&grant.scope)).await;
        if !replaced.map_err(session::unavailable)? {
            // It ended meanwhile, or another renewal, of an answer that was lost, was faster.
            return match self.kept().await? {
                Some((kept, _)) => self.goes_on(&kept, None).await,
                None => self.refused("signInEnded").await.map(Outcome::Ended),
            };
        }
        self.goes_on(&next, grant.id_token.as_ref()).await
    }

    async fn goes_on(self, kept: &KeptGrant, id_token: Option<&Secret<String>>) -> Result<Outcome, ApiError> {
        let body = self.issue(kept, id_token).await?;
        Ok(Outcome::GoesOn(json_answer(body.to_string())))
    }

    async fn issue(
        self,
        kept: &KeptGrant,
        id_token: Option<&Secret<String>>,
    ) -> Result<serde_json::Value, ApiError> {
        let Self { call, auth, session, .. } = self;
        let until = (session.id, session.expires_at);
        let issued = session::user_token(call, auth, &session.user, until).await?;
        let info = kept.provider_info(id_token, call.at);
        Ok(session::answer(call, Some(&kept.shown), Some(info), Some((&session.user, &issued))))
    }

    /// Ends it, for a reason of ours, and says no.
    async fn ended(self, why: &'static str) -> Answered {
        session::end(self.call, self.session, By::Server, why).await?;
        self.refused(why).await
    }

    async fn refused(self, why: &str) -> Answered {
        refused(self.call, self.configured, why, Some(self.session)).await
    }
}

/// A proxy before us says who it is, in each request: a sign-in begins with the first.
async fn by_proxy(call: &Call, auth: &Auth, configured: &Configured, proxy: &ProxyProvider) -> Answered {
    let grant = match proxy.identify(&call.headers, call.at).await {
        Ok(grant) => grant,
        Err(ProviderError::Refused(refusal)) => {
            session::refused(call, &configured.settings.id, &reason(refusal), None).await?;
            return Err(ApiError::unauthenticated(FAILED));
        }
        Err(error) => return Err(super::start::down(error)),
    };
    let user = match session::person(call, configured, &grant) {
        Ok(user) => user,
        Err(why) => {
            session::refused(call, &configured.settings.id, why.as_str(), Some(&grant)).await?;
            return Err(ApiError::unauthenticated(FAILED));
        }
    };
    without_cookie(call, auth, configured, user, &grant).await
}

/// Guests of development.
async fn by_nothing(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    guest: &config::GuestSettings,
) -> Answered {
    let (user, grant) = crate::auth::guest::user(call, guest)?;
    without_cookie(call, auth, configured, user, &grant).await
}

/// A sign-in that no cookie renews: the way that led to it does.
async fn without_cookie(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    user: model::EntityRef,
    grant: &Grant,
) -> Answered {
    call.app.accounts.check(&user)?;
    // Nobody holds this token, so nothing but user tokens comes of the row.
    let token = RefreshToken::generate(&*call.app.entropy).hash();
    let beginning = Beginning { configured, user: user.clone(), grant, kind: SessionKind::Token, token };
    let sign_in = session::begin_or_go_on(call, auth, beginning).await?;
    let issued = session::user_token(call, auth, &user, sign_in).await?;
    let kept = KeptGrant::of(grant, call.at);
    let info = grant.access_token.is_some().then(|| kept.provider_info(None, call.at));
    let body = session::answer(call, Some(&kept.shown), info, Some((&user, &issued)));
    Ok(json_answer(body.to_string()))
}

/// Refuses, with one answer whatever was wrong, and takes the cookies away.
pub(super) async fn refused(
    call: &Call,
    configured: &Configured,
    why: &str,
    session: Option<&Session>,
) -> Answered {
    session::not_renewed(call, &configured.settings.id, why, session).await?;
    let auth = call.app.auth.load_full();
    let mut response = told(call, ApiError::unauthenticated(FAILED));
    let cookies = auth.cookies(&configured.settings.id);
    for name in [Name::RefreshToken, Name::GrantedScope] {
        cookies.clear(&call.headers, response.headers_mut(), name);
    }
    Ok(response)
}

/// More is asked for than was granted. The cookies stay as they are.
pub(super) async fn not_granted(
    call: &Call,
    configured: &Configured,
    session: Option<&Session>,
) -> Result<ApiError, ApiError> {
    const WHY: &str = "scopeNotGranted";
    session::not_renewed(call, &configured.settings.id, WHY, session).await?;
    Ok(ApiError::unauthenticated(FAILED).because(WHY))
}

/// An error as an answer, to which cookies can be added.
pub(super) fn told(call: &Call, error: ApiError) -> Response {
    error.log(call.facts.request_id());
    let url = crate::call::plugin_path(call);
    error.masked(&call.app.masks).into_api_response(call.method.as_str(), &call.app.masks.text(&url))
}
