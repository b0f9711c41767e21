//! The guard: who asks, whether policy allows it, and the record of that, before any handler runs.

use http::{Method, header};
use identity::{FormToken, Principal, SessionKind, SessionToken};
use policy::{Action, ListAction, Permit, Refusal, Resource, Scope};

use crate::auth::token::{self, NotTaken, Shown};
use crate::call::{Call, Viewer};
use crate::error::ApiError;
use crate::form::Form;
use crate::table::Face;

/// The cookie of a limited user token, which the frontend has set for pages and pictures that it cannot fetch itself.
pub(crate) const LIMITED_COOKIE: &str = "backstage-auth";

/// How a request names the one thing it is about.
pub trait Names<A: Action>: Send + Sync + 'static {
    /// Finds the thing.
    fn find(call: &Call) -> Result<Named<A>, ApiError>;

    /// The answer when there is no such thing, and, to the letter, when the caller may not see it.
    fn hidden(call: &Call) -> ApiError;
}

/// What a request names.
pub enum Named<A: Action> {
    /// A thing we have; policy decides by its facts.
    Found(<A::Resource as Resource>::Facts),
    /// A thing we have not. The refusal is decided and recorded all the same, so that it looks, and
    /// takes as long, like that of a hidden one.
    Missing(A::Resource),
}

/// Leave to do `A` to the one thing that `N` finds.
pub(crate) async fn permit<A: Action, N: Names<A>>(
    call: &mut Call,
    face: Face,
) -> Result<Permit<A>, ApiError> {
    let principal = signed_in(call, face).await?;
    let named = N::find(call)?;
    let app = call.app.clone();
    let engine = app.policy.current();
    let verdict = match named {
        Named::Found(facts) => engine.decide::<A>(&principal, &facts),
        Named::Missing(resource) => engine.missing::<A>(&principal, resource),
    };
    match verdict.settle(&app.ledger, &call.facts).await {
        Ok(permit) => Ok(permit),
        Err(Refusal::Hidden) => Err(N::hidden(call)),
        Err(refusal) => Err(refused(refusal)),
    }
}

/// The things the caller may do `A` to.
pub(crate) async fn scope<A: ListAction>(call: &mut Call, face: Face) -> Result<Scope<A>, ApiError> {
    let principal = signed_in(call, face).await?;
    let app = call.app.clone();
    let engine = app.policy.current();
    engine.scope::<A>(&principal).settle(&app.ledger, &call.facts).await.map_err(refused)
}

/// The things the holder of a permit may do `A` to, for handlers whose answer to one thing names
/// others. It is a decision of its own, with a record of its own.
pub(crate) async fn scope_of<A: ListAction>(
    call: &Call,
    principal: &Principal,
) -> Result<Scope<A>, ApiError> {
    let engine = call.app.policy.current();
    engine.scope::<A>(principal).settle(&call.app.ledger, &call.facts).await.map_err(refused)
}

fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Unauthenticated => ApiError::unauthenticated("Missing credentials"),
        Refusal::Hidden => ApiError::no_such_route(),
        Refusal::Forbidden { .. } => ApiError::not_allowed(String::new()),
        Refusal::OutOfBounds { .. } => ApiError::not_allowed(refusal.to_string()),
        Refusal::Unavailable(cause) => {
            ApiError::unavailable("The decision could not be recorded, so nothing was done", 5)
                .caused_by(cause)
        }
    }
}

/// The caller, who must have shown a valid credential. Strangers' refusals are recorded, counted
/// together within a budget.
pub(crate) async fn signed_in(call: &mut Call, face: Face) -> Result<Principal, ApiError> {
    match identify(call, face).await {
        Ok(principal) => {
            // The guard runs once a request; what it found first stays.
            let _ = call.viewer.set(Viewer::new(&principal, call.session.as_ref()));
            if face == Face::Page && writes(&call.method) {
                form_is_ours(call).await?;
            }
            Ok(principal)
        }
        Err(error) => {
            call.app.refuse_stranger(&call.facts, error.reason()).await?;
            Err(error)
        }
    }
}

/// Whether a method changes things by its meaning.
fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Turns what was presented into a principal. An `Authorization` header beats a cookie, and is judged
/// alone: a bad one is not saved by a good cookie. The cookie counts on page rows only.
async fn identify(call: &mut Call, face: Face) -> Result<Principal, ApiError> {
    let mut presented = call.headers.get_all(header::AUTHORIZATION).iter();
    if let Some(value) = presented.next() {
        let illegal = || ApiError::unauthenticated("Illegal token");
        if presented.next().is_some() {
            return Err(illegal());
        }
        let value = value.to_str().map_err(|_| illegal())?;
        return match identity::bearer(value) {
            Ok(Some(token)) => bearer(call, token, face).await,
            // Another scheme is no credential of ours, and a stranger's request stays one.
            Ok(None) => Err(ApiError::nothing_shown("Missing credentials")),
            Err(_) => Err(illegal()),
        };
    }
    if face == Face::Limited
        && !writes(&call.method)
        && let Some(principal) = shown(token::by_cookie(call).await)?
    {
        return Ok(principal);
    }
    if face == Face::Page
        && let Some(token) = cookie(call)
    {
        let principal = call.app.sessions.principal(&token, SessionKind::Page, call.at).await?;
        call.session = Some(token);
        return Ok(principal);
    }
    Err(ApiError::nothing_shown("Missing credentials"))
}

async fn bearer(call: &Call, token: &str, face: Face) -> Result<Principal, ApiError> {
    if let Some(principal) = call.app.tokens.load().verify(token) {
        return Ok(principal);
    }
    if let Some(token) = SessionToken::parse(token) {
        return call.app.sessions.principal(&token, SessionKind::Bearer, call.at).await;
    }
    let how = if face == Face::Limited { Shown::Limited } else { Shown::Bearer };
    shown(token::principal(call, token, how).await)
}

/// The bearer hears one thing whatever was wrong; the record says what it was.
fn shown<T>(checked: Result<T, NotTaken>) -> Result<T, ApiError> {
    checked.map_err(|not_taken| match not_taken {
        NotTaken::Unavailable(error) => error,
        other => ApiError::unauthenticated("Illegal token").because(other.to_string()),
    })
}

/// The session token of our cookie, if the request carries exactly one of that name.
fn cookie(call: &Call) -> Option<SessionToken> {
    named_cookie(call, call.app.cookie_name()).and_then(SessionToken::parse)
}

/// The value of the one cookie of a name. Of two, somebody planted one beside ours: neither counts.
fn named_cookie<'c>(call: &'c Call, name: &str) -> Option<&'c str> {
    match *named_cookies(call, name).as_slice() {
        [value] => Some(value),
        _ => None,
    }
}

/// The values of the cookies of a name.
pub(crate) fn named_cookies<'c>(call: &'c Call, name: &str) -> Vec<&'c str> {
    call.headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(key, value)| (key == name).then_some(value))
        .collect()
}

/// A write from a page must come from our own origin, and carry the form token of its session.
async fn form_is_ours(call: &mut Call) -> Result<(), ApiError> {
    let Some(expected) = call.session.as_ref().map(FormToken::for_session) else {
        // A bearer token on a page row: no browser adds it by itself, so there is nothing to forge.
        not_foreign(call)?;
        if Form::is_sent(call) {
            call.form = Some(Form::read(call).await?);
        }
        return Ok(());
    };
    same_origin(call)?;
    let form = Form::read(call).await?;
    let ours = form.first("form_token").is_some_and(|presented| expected.matches(presented));
    call.form = Some(form);
    if ours {
        Ok(())
    } else {
        Err(ApiError::not_allowed("This form is out of date; go back, reload the page and try again"))
    }
}

/// Refuses a write that says it comes from another site's page; one that says nothing comes from none.
pub(crate) fn not_foreign(call: &Call) -> Result<(), ApiError> {
    if call.headers.contains_key(header::ORIGIN) { same_origin(call) } else { Ok(()) }
}

/// Refuses a write whose `Origin` is not ours. Browsers send it with every POST; a request without
/// one comes from no page.
pub(crate) fn same_origin(call: &Call) -> Result<(), ApiError> {
    let foreign = || ApiError::not_allowed("This form was sent from another site");
    let mut origins = call.headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else { return Err(foreign()) };
    let origin = origin.to_str().map_err(|_| foreign())?;
    if call.app.is_own_origin(origin, call.admitted.host.as_deref()) { Ok(()) } else { Err(foreign()) }
}
