//! Signing in and out on our own pages: by an identity provider, or by the one-time link that `--dev` prints at its start.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use identity::{LinkToken, Principal, SessionKind, SessionToken};
use model::{EntityRef, RefContext, Timestamp};
use policy::{Durability, Outcome};
use serde_json::json;
use store::NewSession;
use time::format_description::well_known::Rfc3339;

use super::auth::start::Going;
use super::{errors, frame};
use crate::audit;
use crate::auth::guest;
use crate::auth::session::{self, Beginning};
use crate::auth::state::Flow;
use crate::call::{Call, html_answer, json_answer, see_other};
use crate::error::ApiError;
use crate::form::Form;
use crate::guard::{not_foreign, same_origin};
use crate::pages::{Href, LinkPage, Page as _, Section, Text, link::Choice, paths};
use crate::providers::Way;
use crate::table::{Answered, Face, Table};

/// Most users the form offers; beyond, a name is typed.
const OFFERED: usize = 200;

pub(super) fn rows(table: Table) -> Table {
    let page = "the door itself: it tells a stranger how to come in";
    let link = "whoever holds a one-time link comes in by it; it shows nothing without one";
    let with = "the way to the identity provider: whoever takes it is not signed in yet";
    let out = "it ends the caller's own session";
    table
        .open(Face::Page, "GET", paths::SIGN_IN, page, page_of_ways)
        .open(Face::Page, "GET", paths::SIGN_IN_WITH, with, sign_in_with)
        .open(Face::Page, "GET", paths::SIGN_IN_LINK, link, show_link)
        .open(Face::Page, "POST", paths::SIGN_IN_LINK, link, redeem)
        .signed_in(Face::Page, "POST", paths::SIGN_OUT, out, sign_out)
}

async fn page_of_ways(call: Call) -> Answered {
    let back = back(&call)?;
    let mut response = errors::sign_in(&call.app, &call.headers, &back, None);
    *response.status_mut() = StatusCode::OK;
    Ok(response)
}

/// Where to go on afterwards: a page of ours that the query names.
fn back(call: &Call) -> Result<String, ApiError> {
    let named = call.query()?.into_iter().find_map(|(name, value)| (name == "back").then_some(value));
    let page = named.and_then(|named| Href::back(&named));
    Ok(page.map_or_else(|| paths::CATALOG.to_owned(), |page| page.as_str().to_owned()))
}

/// Sends the browser to a provider, from which it comes back to a session of our own pages. Who comes through a proxy, or is a
/// guest, has nowhere to go first.
async fn sign_in_with(call: Call) -> Answered {
    let auth = call.app.auth.load_full();
    let id = call.param("provider");
    let configured = auth.offered().find(|one| one.settings.id == id);
    let Some(configured) = configured else { return Err(ApiError::no_such_route()) };
    let back = back(&call)?;
    let told = |message: &str| Ok(errors::sign_in(&call.app, &call.headers, &back, Some(message)));
    let (user, grant) = match &configured.way {
        Way::Code(_) => {
            let going = Going {
                flow: Flow::Page,
                origin: auth.origins.app().to_owned(),
                redirect_url: Some(back.clone()),
                scope: "",
            };
            return match super::auth::start::send(&call, &auth, configured, going).await {
                Err(error) if error.status() == StatusCode::SERVICE_UNAVAILABLE => {
                    error.log(call.facts.request_id());
                    told(error.public())
                }
                answered => answered,
            };
        }
        // Pages of other sites could send people here, who then would be signed in without having asked for it.
        Way::Proxy(_) | Way::Guest(_) if is_sent_here(&call) => return told("Choose how to sign in."),
        Way::Proxy(proxy) => match proxy.identify(&call.headers, call.at).await {
            Ok(grant) => match session::person(&call, configured, &grant) {
                Ok(user) => (user, grant),
                Err(why) => {
                    session::refused(&call, id, why.as_str(), Some(&grant)).await?;
                    return told("The catalog has no user for you. Ask whoever runs this portal to add one.");
                }
            },
            Err(error) => {
                session::refused(&call, id, &error.to_string(), None).await?;
                return told("The proxy before this portal vouches for nobody.");
            }
        },
        Way::Guest(guest) => match guest::user(&call, guest) {
            Ok(found) => found,
            Err(error) => return told(error.public()),
        },
    };
    call.app.accounts.check(&user)?;
    let token = session::page_token(&call);
    let (kind, hash) = (SessionKind::Page, token.hash());
    session::begin(&call, &auth, Beginning { configured, user, grant: &grant, kind, token: hash }).await?;
    let mut response = see_other(&back);
    let lives = session::lifetime(&call, configured).whole_seconds().unsigned_abs();
    set_cookie(&call, response.headers_mut(), token.expose(), lives);
    Ok(response)
}

/// Whether a browser says that a page of another site sent it here.
fn is_sent_here(call: &Call) -> bool {
    let site = call.header("sec-fetch-site").unwrap_or("none");
    !matches!(site, "none" | "same-origin")
}

/// Shows the form. Opening a link spends nothing, so that a prefetch or a chat's preview cannot.
async fn show_link(call: Call) -> Answered {
    let token = call
        .query()?
        .into_iter()
        .find_map(|(name, value)| (name == "token").then_some(value))
        .unwrap_or_default();
    link_page(&call, &token, None, None).await
}

async fn link_page(call: &Call, token: &str, chosen: Option<&str>, error: Option<&str>) -> Answered {
    let live = match LinkToken::parse(token) {
        Some(token) => call.app.store.link_is_live(&token.hash()).await.map_err(unavailable)?,
        None => false,
    };
    // Who is in the catalog is nobody's business without a link that works.
    let users = if live { choices(call) } else { Vec::new() };
    let stale = "This link was used already, is older than ten minutes, or was never one. Start the server again for a new one.";
    let page = LinkPage {
        frame: frame::plain(&call.app, &call.headers, "Sign in", Section::Other, "/catalog"),
        token: Text::new(token),
        users,
        chosen: chosen.map(Text::short),
        error: error.or((!live).then_some(stale)).map(Text::new),
    };
    let status = if live && error.is_none() { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
    Ok(html_answer(status, page.html()))
}

fn choices(call: &Call) -> Vec<Choice> {
    call.app
        .catalog
        .users(OFFERED)
        .into_iter()
        .map(|(entity_ref, name)| Choice {
            entity_ref: Text::new(entity_ref.as_str()),
            name: Text::short(&name),
        })
        .collect()
}

fn unavailable(cause: store::StoreError) -> ApiError {
    ApiError::unavailable("The store does not answer", 5).caused_by(cause)
}

/// Redeems a link: a form of our own page starts a page session, JSON gets a bearer token.
async fn redeem(mut call: Call) -> Answered {
    let json = call
        .header(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim() == "application/json");
    let (token, user) = if json {
        // A page of another site cannot send this type without a preflight, which pages do not answer.
        // Should a browser err, the origin that it names tells.
        not_foreign(&call)?;
        let body = call.json().await?;
        let text = |key: &str| body.as_ref()?.get(key)?.as_str();
        let text = |key: &str| text(key).unwrap_or_default().to_owned();
        (text("token"), text("user"))
    } else {
        same_origin(&call)?;
        let form = Form::read(&mut call).await?;
        let text = |name: &str| form.first(name).unwrap_or_default().to_owned();
        (text("token"), text("user"))
    };
    let kind = if json { SessionKind::Bearer } else { SessionKind::Page };
    match sign_in(&call, &token, &user, kind).await? {
        Ok((session, expires_at)) if json => {
            let expires = expires_at.format(&Rfc3339).map_err(ApiError::internal)?;
            Ok(json_answer(json!({ "token": session.expose(), "expiresAt": expires }).to_string()))
        }
        Ok((session, _)) => {
            let mut response = see_other(paths::CATALOG);
            set_cookie(&call, response.headers_mut(), session.expose(), call.app.session_lifetime.as_secs());
            Ok(response)
        }
        Err(why) if json => {
            let mut response = json_answer(
                json!({
                    "error": { "name": "AuthenticationError", "message": why },
                    "request": { "method": "POST", "url": paths::SIGN_IN_LINK },
                    "response": { "statusCode": 401 },
                })
                .to_string(),
            );
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(response)
        }
        Err(why) => link_page(&call, &token, Some(&user), Some(why)).await,
    }
}

/// Spends the link and begins a session. The inner error is told to the person.
async fn sign_in(
    call: &Call,
    token: &str,
    user: &str,
    kind: SessionKind,
) -> Result<Result<(SessionToken, Timestamp), &'static str>, ApiError> {
    const STALE: &str = "This link was used already, is older than ten minutes, or was never one.";
    const NOBODY: &str = "The catalog has no such user; the link can still be used.";
    let app = &call.app;
    // The name is checked before the link is spent: a typing mistake costs nothing.
    let context = RefContext { kind: Some("user"), namespace: None };
    let wanted = EntityRef::parse(user, context).ok().filter(|user| app.catalog.is_user(user));
    let Some(link) = LinkToken::parse(token) else {
        failed(call, "malformed").await?;
        return Ok(Err(STALE));
    };
    let Some(user) = wanted else {
        failed(call, "notInCatalog").await?;
        return Ok(Err(if user.is_empty() { "Choose a user to sign in as." } else { NOBODY }));
    };
    // Whoever spends the link signs in; all others are refused, and recorded as such. Should the record
    // fail, the link is lost and nobody is in.
    let Some(redeemed) = app.store.redeem_link(&link.hash()).await.map_err(unavailable)? else {
        failed(call, "linkUnknown").await?;
        return Ok(Err(STALE));
    };
    // A link that was made for one user signs in nobody else.
    let user = redeemed.user.unwrap_or(user);
    // INVARIANT: the record is durable before the session exists.
    let session = SessionToken::generate(&*app.entropy);
    let id = app.entropy.uuid();
    let recorded = app
        .ledger
        .event(&call.facts, &audit::SIGN_IN, Outcome::Allowed, Durability::Durable, |record| {
            record.actor_id = Some(user.to_string());
            record.resource_ref = Some(id.to_string());
            record.reason = vec!["oneTimeLink".into()];
            record.meta.insert("kind".into(), kind.as_str().into());
        })
        .await;
    recorded
        .map_err(|cause| ApiError::unavailable("The sign-in could not be recorded", 5).caused_by(cause))?;
    let expires_at = call.at + app.session_lifetime;
    let new = NewSession {
        id,
        token: session.hash(),
        user,
        kind,
        expires_at,
        user_agent: call.header(header::USER_AGENT).map(str::to_owned),
        ip: Some(call.admitted.client.to_string()),
        provider: None,
        environment: None,
        scope: None,
        sealed: None,
    };
    app.store.create_session(&new).await.map_err(unavailable)?;
    Ok(Ok((session, expires_at)))
}

/// Records a failed sign-in, within the strangers' budget.
async fn failed(call: &Call, why: &'static str) -> Result<(), ApiError> {
    let recorded = call
        .app
        .ledger
        .event(&call.facts, &audit::SIGN_IN, Outcome::Denied, Durability::Aggregated, |record| {
            record.reason = vec![why.into()];
        })
        .await;
    recorded.map_err(|cause| ApiError::unavailable("The sign-in could not be recorded", 5).caused_by(cause))
}

async fn sign_out(principal: Principal, call: Call) -> Answered {
    if let Principal::User(user) = &principal {
        let recorded = call
            .app
            .ledger
            .event(&call.facts, &audit::SIGN_OUT, Outcome::Allowed, Durability::Durable, |record| {
                record.actor_id = Some(user.entity_ref().to_string());
                record.resource_ref = Some(user.sign_in().to_owned());
            })
            .await;
        recorded.map_err(|cause| {
            ApiError::unavailable("The sign-out could not be recorded", 5).caused_by(cause)
        })?;
        if let Ok(id) = uuid::Uuid::parse_str(user.sign_in()) {
            call.app.sessions.end(id).await?;
        }
    }
    let mut response = see_other(paths::SIGN_IN);
    set_cookie(&call, response.headers_mut(), "", 0);
    Ok(response)
}

pub(super) fn set_cookie(call: &Call, headers: &mut HeaderMap, value: &str, max_age: u64) {
    let secure = if call.app.secure() { "; Secure" } else { "" };
    let cookie = format!(
        "{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}",
        call.app.cookie_name()
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, value);
    }
}
