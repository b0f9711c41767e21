//! `POST /api/auth/{provider}/logout`: ends the sign-in of the cookie.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use model::Secret;
use store::Session;

use super::{access_only, configured, environment, is_from_script, is_of_ours};
use crate::auth::Auth;
use crate::auth::cookies::Name;
use crate::auth::session::{self, By, KeptGrant, RefreshToken};
use crate::call::Call;
use crate::error::ApiError;
use crate::providers::{Configured, Provider, Way};
use crate::table::Answered;

/// How long the provider may take to hear of it. Here the sign-in is over before it is told.
const TOLD: Duration = Duration::from_secs(3);

pub(super) async fn logout(call: Call) -> Answered {
    let auth = call.app.auth.load_full();
    let query = call.query()?;
    let configured = configured(&call, &auth, environment(&query))?;
    let Way::Code(provider) = &configured.way else {
        // As the reference has it: proxies have no such path.
        return Err(ApiError::not_found(format!("Unknown auth provider '{}'", call.param("provider"))));
    };
    is_from_script(&call.headers)?;
    is_of_ours(&call, &auth)?;
    let cookies = auth.cookies(&configured.settings.id);
    let presented = cookies.read(&call.headers, Name::RefreshToken);
    if let Some(presented) = presented
        && let Some(kept) = over(&call, &auth, configured, &presented).await?
    {
        tell(&call, provider, kept).await;
    }
    // No `logoutUrl`: the frontend would go there and not come back, and the reference's providers have none.
    let mut response = Response::new(Body::empty());
    for name in [Name::RefreshToken, Name::GrantedScope] {
        cookies.clear(&call.headers, response.headers_mut(), name);
    }
    Ok(response)
}

/// Ends the sign-in of a token, also of one that was rotated: whoever shows it wants out. What was kept of the provider's
/// answer comes back, for the provider to be told.
async fn over(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    presented: &str,
) -> Result<Option<KeptGrant>, ApiError> {
    let Some(token) = RefreshToken::parse(presented) else {
        return access_only::end(call, auth, configured, presented).await;
    };
    let found =
        call.app.store.session_by_any_token_hash(&token.hash()).await.map_err(session::unavailable)?;
    let is_of_this = |session: &Session| session.provider.as_deref() == Some(configured.settings.id.as_str());
    let Some(session) = found.filter(is_of_this) else { return Ok(None) };
    let sealed = call.app.store.sealed_of_session(session.id).await.map_err(session::unavailable)?;
    session::end(call, &session, By::User, "signOut").await?;
    Ok(sealed.and_then(|sealed| KeptGrant::open(auth, &session.id.to_string(), &sealed)))
}

/// Tells the provider.
async fn tell(call: &Call, provider: &Provider, kept: KeptGrant) {
    let Some(stored) = kept.refresh.map(Secret::new) else { return };
    match tokio::time::timeout(TOLD, provider.revoke(&stored, call.at)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the provider was not told of a sign-out"
            );
        }
        Err(_) => tracing::warn!("the provider was not told of a sign-out in time"),
    }
}
