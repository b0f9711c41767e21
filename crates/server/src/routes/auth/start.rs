//! `GET /api/auth/{provider}/start`: sends a browser to the identity provider.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::{by_code, configured, environment, first};
use crate::auth::cookies::Name;
use crate::auth::popup::{self, keep_opener};
use crate::auth::state::{LIFETIME, State};
use crate::auth::{Auth, state::Flow};
use crate::call::Call;
use crate::error::ApiError;
use crate::providers::{AuthorizeRequest, Configured, ProviderError, pkce_challenge};
use crate::table::Answered;

pub(super) async fn start(call: Call) -> Answered {
    let auth = call.app.auth.load_full();
    let query = call.query()?;
    let configured = configured(&call, &auth, environment(&query))?;
    by_code(configured)?;
    let origin = match first(&query, "origin").filter(|origin| !origin.is_empty()) {
        None => auth.origins.app().to_owned(),
        Some(named) => auth
            .origins
            .named(named)
            .ok_or_else(|| ApiError::not_allowed(format!("Origin '{named}' is not allowed")))?,
    };
    let (flow, redirect_url) = flow(&auth, &query)?;
    let asked = first(&query, "scope").unwrap_or_default();
    let going = Going { flow, origin: origin.clone(), redirect_url: redirect_url.clone(), scope: asked };
    match send(&call, &auth, configured, going).await {
        // The person is told in the way she came: a popup that shows JSON tells nobody.
        Err(error) if error.status() == StatusCode::SERVICE_UNAVAILABLE => {
            error.log(call.facts.request_id());
            match redirect_url {
                Some(to) => {
                    let mut to = Url::parse(&to).map_err(ApiError::internal)?;
                    to.query_pairs_mut().append_pair("error", error.public());
                    redirect(&to)
                }
                None => Ok(popup::failed(&origin, "ServiceUnavailableError", error.public())),
            }
        }
        answered => answered,
    }
}

/// How the browser is to come back.
fn flow(auth: &Auth, query: &[(String, String)]) -> Result<(Flow, Option<String>), ApiError> {
    match first(query, "flow") {
        None | Some("" | "popup") => Ok((Flow::Popup, None)),
        Some("redirect") => {
            if !auth.redirect_flow {
                let text = "The redirect flow is not enabled: set `enableExperimentalRedirectFlow: true`";
                return Err(ApiError::input(text));
            }
            let named = first(query, "redirectUrl").unwrap_or_default();
            if named.is_empty() {
                return Err(ApiError::input("No redirectUrl provided in request query parameters"));
            }
            // The reference sends browsers wherever it is told to.
            let address = auth.origins.address(named);
            let address = address.ok_or_else(|| {
                ApiError::not_allowed("The redirectUrl is not of an origin that is allowed")
            })?;
            Ok((Flow::Redirect, Some(address.into())))
        }
        Some(_) => Err(ApiError::input("The flow is `popup` or `redirect`")),
    }
}

/// Where a sign-in goes, and how it comes back.
pub(crate) struct Going<'a> {
    pub(crate) flow: Flow,
    pub(crate) origin: String,
    pub(crate) redirect_url: Option<String>,
    pub(crate) scope: &'a str,
}

/// Sends a browser to a provider, with a state that only this browser can come back with.
pub(crate) async fn send(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    going: Going<'_>,
) -> Result<Response, ApiError> {
    let provider = by_code(configured)?;
    let scope = provider
        .scope(going.scope)
        .map_err(|_| ApiError::input("The scope is not a list of scopes, or too long"))?;
    let [nonce, verifier, id_nonce] = State::secrets(&*call.app.entropy);
    let state = State {
        nonce,
        environment: configured.settings.environment.clone().unwrap_or_default(),
        flow: going.flow,
        origin: going.origin,
        redirect_url: going.redirect_url,
        scope,
        verifier,
        id_nonce,
        began: call.at.unix_timestamp(),
    };
    let id = &configured.settings.id;
    let sealed = state
        .seal(id, &auth.sealer, &*call.app.entropy)
        .map_err(|_| ApiError::input("The request is too long to be remembered"))?;
    let callback = callback(call, configured);
    let to = provider
        .authorize(
            &AuthorizeRequest {
                redirect_uri: &callback,
                scope: &state.scope,
                state: &sealed,
                nonce: &state.id_nonce,
                pkce_challenge: &pkce_challenge(&state.verifier()),
                login_hint: None,
            },
            call.at,
        )
        .await
        .map_err(down)?;
    let mut response = redirect(&to)?;
    auth.cookies(id).set(&call.headers, response.headers_mut(), Name::Nonce, &state.nonce, LIFETIME);
    if going.flow == Flow::Popup {
        keep_opener(&mut response);
    }
    Ok(response)
}

/// Where the provider sends people back to.
pub(super) fn callback(call: &Call, configured: &Configured) -> Url {
    use config::ProviderKind as Kind;
    let written = match &configured.settings.kind {
        Kind::GitHub(github) => github.client.callback.clone(),
        Kind::Oidc(oidc) => oidc.client.callback.clone(),
        _ => None,
    };
    written.unwrap_or_else(|| {
        let mut url = call.app.public_url();
        url.set_path(&format!(
            "{}/api/auth/{}/handler/frame",
            url.path().trim_end_matches('/').to_owned(),
            configured.settings.id
        ));
        url
    })
}

/// A provider that cannot be used now.
pub(super) fn down(error: ProviderError) -> ApiError {
    ApiError::unavailable("The identity provider cannot be reached; other ways to sign in may work", 30)
        .caused_by(error)
}

pub(super) fn redirect(to: &Url) -> Result<Response, ApiError> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let to = HeaderValue::from_str(to.as_str()).map_err(ApiError::internal)?;
    response.headers_mut().insert(header::LOCATION, to);
    Ok(response)
}
