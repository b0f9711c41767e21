//! `/api/auth/{provider}/handler/frame`: a person comes back from the identity provider.

use axum::response::Response;
use http::StatusCode;
use identity::{SessionKind, TokenHash};
use model::{Secret, Timestamp};
use time::Duration;
use url::Url;

use super::{access_only, by_code, configured, environment, first, start};
use crate::auth::cookies::Name;
use crate::auth::session::{self, Beginning, KeptGrant, RefreshToken};
use crate::auth::state::{self, Flow, State};
use crate::auth::{Auth, popup};
use crate::call::{Call, see_other};
use crate::edge::rate_key;
use crate::error::ApiError;
use crate::form::Form;
use crate::pages::paths;
use crate::providers::{CodeExchange, Configured, Grant, ProviderError, Refusal, Way};
use crate::table::Answered;

/// What a person is told who is refused. It is the same whatever was wrong, so that nobody learns who is in the catalog.
const NOBODY: &str = "Failed to sign-in, unable to resolve user identity. Please verify that your catalog contains the \
     expected User entities that would match your configured sign-in resolver.";

pub(super) async fn by_query(call: Call) -> Answered {
    let fields = call.query()?;
    handle(call, fields).await
}

/// As `response_mode=form_post` has it.
pub(super) async fn by_form(mut call: Call) -> Answered {
    let mut fields = call.query()?;
    let form = Form::read(&mut call).await?;
    fields.extend(form.into_fields());
    handle(call, fields).await
}

/// Why a callback leads nowhere.
enum Failed {
    /// The state was used before.
    NotOurs,
    /// The person is told, in the way she came.
    Told { why: String, name: &'static str, message: String },
    /// The server's fault.
    Ours(ApiError),
}

impl From<ApiError> for Failed {
    fn from(error: ApiError) -> Self {
        Self::Ours(error)
    }
}

async fn handle(call: Call, fields: Vec<(String, String)>) -> Answered {
    let auth = call.app.auth.load_full();
    let id = call.param("provider").to_owned();
    let cookies = auth.cookies(&id);
    let nonce = cookies.read(&call.headers, Name::Nonce);
    let presented = first(&fields, "state").unwrap_or_default();
    let opened = State::open(presented, &id, nonce.as_deref(), &auth.sealer, call.at);
    let named = environment(&fields).map(str::to_owned);
    let environment = opened.as_ref().ok().map(|state| state.environment.clone()).or(named);
    let configured = match configured(&call, &auth, environment.as_deref()) {
        Ok(configured) => configured,
        // As the reference says it: without a state there is no environment.
        Err(_) if environment.is_none() && auth.providers.iter().any(|one| one.settings.id == id) => {
            session::refused(&call, &id, "state", None).await?;
            return Err(ApiError::not_allowed("OAuth state is invalid, missing env"));
        }
        Err(error) => return Err(error),
    };
    by_code(configured)?;
    let Ok(state) = opened else {
        session::refused(&call, &id, "state", None).await?;
        return Ok(not_ours(&auth));
    };
    let mut response = match through(&call, &auth, configured, &state, (presented, &fields)).await {
        Ok(response) => response,
        Err(Failed::NotOurs) => {
            session::refused(&call, &id, "state", None).await?;
            return Ok(not_ours(&auth));
        }
        // From here on there is somebody to tell, and a popup that waits to be told.
        Err(Failed::Ours(error)) => ours(&call, &state, error)?,
        Err(Failed::Told { why, name, message }) => match session::refused(&call, &id, &why, None).await {
            Ok(()) => told(&call, &state, name, &message)?,
            Err(error) => ours(&call, &state, error)?,
        },
    };
    cookies.clear(&call.headers, response.headers_mut(), Name::Nonce);
    Ok(response)
}

/// As the reference says it, whatever is wrong with the state.
fn not_ours(auth: &Auth) -> Response {
    popup::failed(auth.origins.app(), "NotAllowedError", "OAuth state is invalid, missing env")
}

/// What the provider sends the browser back with.
enum Said<'a> {
    Code(Secret<String>),
    Error(&'a str),
}

/// Longest code that is shown to the provider, in bytes. Microsoft's are some 1500.
const MAX_CODE: usize = 4096;
/// Longest name of an error, in bytes.
const MAX_ERROR: usize = 128;

/// A code or the name of an error, of the letters that they are made of (RFC 6749, appendices A.7 and A.11).
fn said(fields: &[(String, String)]) -> Option<Said<'_>> {
    let is_fine = |text: &str, most| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
    };
    if let Some(error) = first(fields, "error") {
        return is_fine(error, MAX_ERROR).then_some(Said::Error(error));
    }
    let code = first(fields, "code").filter(|code| is_fine(code, MAX_CODE))?;
    Some(Said::Code(Secret::new(code.to_owned())))
}

/// Looks at all that costs nothing first; then takes the state, once, and goes on with it.
async fn through(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    state: &State,
    (presented, fields): (&str, &[(String, String)]),
) -> Result<Response, Failed> {
    let network = rate_key(call.admitted.client);
    let said = said(fields).ok_or_else(|| refusal(Refusal::Grant))?;
    if configured.failures.are_too_many(network, call.at) {
        return Err(Failed::Told {
            why: "tooManyFailures".to_owned(),
            name: "Error",
            message: "Too many sign-ins from your network have failed; try again in a few minutes".to_owned(),
        });
    }
    let until = call.at + state::LIFETIME;
    let first = call.app.store.spend(&state::fingerprint(presented), until).await;
    if !first.map_err(session::unavailable)? {
        return Err(Failed::NotOurs);
    }
    let code = match said {
        Said::Code(code) => code,
        Said::Error(name) => return Err(of_provider(configured, ProviderError::of_code(name))),
    };
    let grant = exchange(call, configured, state, (&code, super::first(fields, "iss"))).await;
    let grant = grant.map_err(|error| {
        if matches!(error, ProviderError::Refused(_)) {
            configured.failures.count(network, call.at);
        }
        of_provider(configured, error)
    })?;
    come_in(call, auth, configured, state, &grant).await
}

async fn come_in(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    state: &State,
    grant: &Grant,
) -> Result<Response, Failed> {
    if configured.settings.resolvers.is_none() {
        if state.flow == Flow::Page {
            return Err(ApiError::not_allowed("Nobody signs in by this provider").into());
        }
        let answered = |answer: &serde_json::Value| done(state, answer);
        return Ok(access_only::begin(call, auth, configured, grant, answered).await?);
    }
    let user = match session::person(call, configured, grant) {
        Ok(user) => user,
        Err(why) => {
            session::refused(call, &configured.settings.id, why.as_str(), Some(grant)).await?;
            return Ok(told(call, state, "Error", &whom_to_ask(auth))?);
        }
    };
    call.app.accounts.check(&user)?;
    let beginning = |kind, token: TokenHash| Beginning { configured, user: user.clone(), grant, kind, token };
    if state.flow == Flow::Page {
        let token = session::page_token(call);
        session::begin(call, auth, beginning(SessionKind::Page, token.hash())).await?;
        let mut response = see_other(state.redirect_url.as_deref().unwrap_or(paths::CATALOG));
        let lives = session::lifetime(call, configured).whole_seconds().unsigned_abs();
        crate::routes::sign_in::set_cookie(call, response.headers_mut(), token.expose(), lives);
        return Ok(response);
    }
    let token = RefreshToken::generate(&*call.app.entropy);
    let sign_in = session::begin(call, auth, beginning(SessionKind::Token, token.hash())).await?;
    let issued = session::user_token(call, auth, &user, sign_in).await?;
    let kept = KeptGrant::of(grant, call.at);
    let info = kept.provider_info(grant.id_token.as_ref(), call.at);
    let answer = session::answer(call, Some(&kept.shown), Some(info), Some((&user, &issued)));
    let mut response = done(state, &answer)?;
    set_cookies(call, auth, configured, &mut response, (token.expose(), sign_in.1), &grant.scope);
    Ok(response)
}

/// Sets the cookie with what renews tokens until then, and the one that says what was granted.
pub(super) fn set_cookies(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    response: &mut Response,
    (token, until): (&str, Timestamp),
    scope: &str,
) {
    let cookies = auth.cookies(&configured.settings.id);
    let lives = (until - call.at).max(Duration::ZERO);
    cookies.set(&call.headers, response.headers_mut(), Name::RefreshToken, token, lives);
    cookies.set(&call.headers, response.headers_mut(), Name::GrantedScope, scope, lives);
}

async fn exchange(
    call: &Call,
    configured: &Configured,
    state: &State,
    (code, issuer): (&Secret<String>, Option<&str>),
) -> Result<Grant, ProviderError> {
    let Way::Code(provider) = &configured.way else { return Err(Refusal::Grant.into()) };
    let request = CodeExchange {
        code,
        issuer,
        redirect_uri: &start::callback(call, configured),
        pkce_verifier: &state.verifier(),
        nonce: &state.id_nonce,
        scope: &state.scope,
    };
    provider.exchange(&request, call.at).await
}

fn refusal(refusal: Refusal) -> Failed {
    Failed::Told {
        why: reason(refusal),
        name: "AuthenticationError",
        message: "The identity provider did not let this sign-in through; try again".to_owned(),
    }
}

fn of_provider(configured: &Configured, error: ProviderError) -> Failed {
    match error {
        ProviderError::Refused(why) => refusal(why),
        // Others may work.
        error => {
            tracing::warn!(
                provider = configured.settings.id,
                error = &error as &dyn std::error::Error,
                "unreachable"
            );
            Failed::Told {
                why: "providerUnavailable".to_owned(),
                name: "ServiceUnavailableError",
                message: "The identity provider cannot be reached; try again, or another way to sign in"
                    .to_owned(),
            }
        }
    }
}

/// What a refusal of a provider's is in records.
pub(super) fn reason(refusal: Refusal) -> String {
    match refusal {
        Refusal::IdToken(rejected) | Refusal::UserInfo(rejected) => format!("{refusal}: {rejected}"),
        other => other.to_string(),
    }
}

fn whom_to_ask(auth: &Auth) -> String {
    match &auth.help {
        Some(help) => format!("{NOBODY} {help}"),
        None => NOBODY.to_owned(),
    }
}

/// Hands the frontend its session, in the way it came.
fn done(state: &State, answer: &serde_json::Value) -> Result<Response, ApiError> {
    match (state.flow, &state.redirect_url) {
        (Flow::Redirect, Some(to)) => start::redirect(&address(to)?),
        _ => Ok(popup::done(&state.origin, answer)),
    }
}

/// Says that the server is at fault, in the way the person came.
fn ours(call: &Call, state: &State, error: ApiError) -> Result<Response, ApiError> {
    error.log(call.facts.request_id());
    let error = error.masked(&call.app.masks);
    let name = match error.status() {
        StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailableError",
        StatusCode::FORBIDDEN => "NotAllowedError",
        _ => "Error",
    };
    told(call, state, name, error.public())
}

/// Says that it did not work, in the way the person came.
fn told(call: &Call, state: &State, name: &str, message: &str) -> Result<Response, ApiError> {
    match (state.flow, &state.redirect_url) {
        (Flow::Redirect, Some(to)) => {
            let mut to = address(to)?;
            to.query_pairs_mut().append_pair("error", message);
            start::redirect(&to)
        }
        (Flow::Page, _) => {
            let back = state.redirect_url.as_deref().unwrap_or(paths::CATALOG);
            Ok(crate::routes::errors::sign_in(&call.app, &call.headers, back, Some(message)))
        }
        _ => Ok(popup::failed(&state.origin, name, message)),
    }
}

fn address(text: &str) -> Result<Url, ApiError> {
    Url::parse(text).map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(fields: &[(&str, &str)]) -> Option<String> {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match said(&fields)? {
            Said::Code(code) => Some(code.expose().clone()),
            Said::Error(name) => Some(format!("error {name}")),
        }
    }

    #[test]
    fn a_callback_has_a_code_or_an_error_of_the_right_letters() {
        assert_eq!(code(&[("code", "0.AX-8_~ a")]).as_deref(), Some("0.AX-8_~ a"));
        let long = "x".repeat(MAX_CODE);
        assert_eq!(code(&[("code", &long)]).as_deref(), Some(long.as_str()));
        let denied = [("code", "abc"), ("error", "access_denied")];
        assert_eq!(code(&denied).as_deref(), Some("error access_denied"), "it says no");
        let (too_long, error) = ("x".repeat(MAX_CODE + 1), "x".repeat(MAX_ERROR + 1));
        for bad in [
            &[][..],
            &[("code", "")],
            &[("code", "a\nb")],
            &[("code", "ä")],
            &[("code", &too_long)],
            &[("code", "abc"), ("error", "")],
            &[("code", "abc"), ("error", &error)],
            &[("error", "access\u{7f}")],
        ] {
            assert_eq!(code(bad), None, "{bad:?}");
        }
    }
}
