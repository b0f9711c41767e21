//! Sessions: one's own, and everybody's for whom policy lets see and end them.

use identity::Principal;
use model::EntityRef;
use policy::{Durability, EndSession, Outcome, Permit, Portal, ReadEntity, ReadSessions};
use store::Session;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::frame;
use crate::audit;
use crate::call::{Call, html_answer, see_other};
use crate::error::ApiError;
use crate::guard::{self, Named, Names};
use crate::pages::sessions::{Other, SessionRow};
use crate::pages::{Page as _, RefLink, Section, SessionsPage, Text, When, device, paths};
use crate::table::{Answered, Face, Table};

/// Sessions of a page of everybody's.
const PAGE: u32 = 100;

pub(super) fn rows(table: Table) -> Table {
    let own = "it shows the caller's own sessions";
    let ends = "it ends sessions of the caller's own";
    table
        .signed_in(Face::Page, "GET", paths::SESSIONS, own, show)
        .signed_in(Face::Page, "POST", paths::SESSIONS_END, ends, end)
        .signed_in(Face::Page, "POST", paths::SESSIONS_END_ALL, ends, end_others)
        .one::<ReadSessions, All>(Face::Page, "GET", paths::SESSIONS_OF_ALL, show_all)
        .one::<EndSession, All>(Face::Page, "POST", paths::SESSIONS_OF_ALL_END, end_any)
}

/// The sessions of the portal; they are one thing to policy.
struct All;

impl Names<ReadSessions> for All {
    fn find(_: &Call) -> Result<Named<ReadSessions>, ApiError> {
        Ok(Named::Found(Portal))
    }

    fn hidden(_: &Call) -> ApiError {
        ApiError::no_such_route()
    }
}

impl Names<EndSession> for All {
    fn find(_: &Call) -> Result<Named<EndSession>, ApiError> {
        Ok(Named::Found(Portal))
    }

    fn hidden(_: &Call) -> ApiError {
        ApiError::no_such_route()
    }
}

async fn show(principal: Principal, call: Call) -> Answered {
    let sessions = match &principal {
        Principal::User(user) => call.app.store.sessions_of(user.entity_ref()).await.map_err(unavailable)?,
        Principal::Service(_) | Principal::Nobody(_) => Vec::new(),
    };
    let current = own(&principal);
    let sessions: Vec<Session> =
        sessions.into_iter().filter(|session| call.app.sessions.goes_on(session, call.at)).collect();
    let (mut mine, others): (Vec<Session>, Vec<Session>) =
        sessions.into_iter().partition(|session| Some(session.id) == current);
    mine.extend(others.into_iter().rev());
    let may_see_all = call.app.policy.current().offers::<ReadSessions>(&principal);
    let notice = match call.query()?.first().map(|(name, _)| name.as_str()) {
        Some("ended") => Some("It has ended.".into()),
        _ => None,
    };
    let page = SessionsPage {
        frame: frame::signed_in(&call, &principal, None, "My sessions", Section::Sessions),
        all: false,
        ends: true,
        rows: mine.iter().map(|session| row(&call, session, current)).collect(),
        next: None,
        other: may_see_all.then(|| Other { label: "Everybody's".into(), href: paths::sessions_of_all() }),
        notice,
    };
    Ok(html_answer(http::StatusCode::OK, page.html()))
}

async fn show_all(permit: Permit<ReadSessions>, call: Call) -> Answered {
    let principal = permit.principal();
    let after = after(&call)?;
    let sessions = call.app.store.recent_sessions(PAGE, after).await.map_err(unavailable)?;
    let next = sessions.last().filter(|_| sessions.len() == PAGE as usize).and_then(|last| {
        let at = last.created_at.format(&Rfc3339).ok()?;
        Some(paths::sessions_of_all().with_query([("at", at.as_str()), ("id", &last.id.to_string())]))
    });
    let scope = guard::scope_of::<ReadEntity>(&call, principal).await.ok();
    let view = scope.map(|scope| call.app.catalog.view(scope));
    let current = own(principal);
    let going_on = sessions.iter().filter(|session| call.app.sessions.goes_on(session, call.at));
    let rows = going_on.map(|session| {
        let mut row = row(&call, session, current);
        if view.as_ref().is_some_and(|view| view.shows(&session.user)) {
            row.user = RefLink::to(&session.user, None);
        }
        row
    });
    let page = SessionsPage {
        rows: rows.collect(),
        frame: frame::signed_in(&call, principal, None, "Everybody's sessions", Section::Sessions),
        all: true,
        ends: call.app.policy.current().offers::<EndSession>(principal),
        next,
        other: Some(Other { label: "My own".into(), href: paths::sessions() }),
        notice: None,
    };
    Ok(html_answer(http::StatusCode::OK, page.html()))
}

/// Where the page begins.
fn after(call: &Call) -> Result<Option<(model::Timestamp, Uuid)>, ApiError> {
    let query = call.query()?;
    let value =
        |wanted: &str| query.iter().find_map(|(name, value)| (name == wanted).then_some(value.as_str()));
    let (Some(at), Some(id)) = (value("at"), value("id")) else { return Ok(None) };
    let at = model::Timestamp::parse(at, &Rfc3339).ok();
    let id = Uuid::parse_str(id).ok();
    match (at, id) {
        (Some(at), Some(id)) => Ok(Some((at, id))),
        _ => Err(ApiError::input("the page does not begin at a session")),
    }
}

async fn end(principal: Principal, call: Call) -> Answered {
    let Principal::User(user) = &principal else { return Err(ApiError::no_such_route()) };
    let id = named(&call)?;
    let session = call.app.store.session(id).await.map_err(unavailable)?;
    // Another's session is answered as one that has ended.
    let Some(session) = session.filter(|session| session.user == *user.entity_ref()) else {
        return Ok(see_other("/sessions?ended"));
    };
    record(&call, &principal, &session.user, &session.id.to_string()).await?;
    call.app.sessions.end(session.id).await?;
    Ok(see_other(if own(&principal) == Some(id) { paths::SIGN_IN } else { "/sessions?ended" }))
}

async fn end_others(principal: Principal, call: Call) -> Answered {
    let Principal::User(user) = &principal else { return Err(ApiError::no_such_route()) };
    record(&call, &principal, user.entity_ref(), "all others").await?;
    call.app.sessions.end_all(user.entity_ref(), own(&principal)).await?;
    Ok(see_other("/sessions?ended"))
}

/// Ends anybody's session, or all of one user's. The permit's record is durable already; this one says whose they were.
async fn end_any(permit: Permit<EndSession>, call: Call) -> Answered {
    let all_of = call.form.as_ref().and_then(|form| form.first("user")).map(str::to_owned);
    if let Some(user) = all_of {
        let user: EntityRef = user.parse().map_err(|_| ApiError::input("the form names no user"))?;
        record(&call, permit.principal(), &user, "all").await?;
        call.app.sessions.end_all(&user, None).await?;
        return Ok(see_other(paths::SESSIONS_OF_ALL));
    }
    let id = named(&call)?;
    if let Some(session) = call.app.store.session(id).await.map_err(unavailable)? {
        record(&call, permit.principal(), &session.user, &session.id.to_string()).await?;
        call.app.sessions.end(id).await?;
    }
    Ok(see_other(paths::SESSIONS_OF_ALL))
}

fn named(call: &Call) -> Result<Uuid, ApiError> {
    let named = call.form.as_ref().and_then(|form| form.first("session"));
    named
        .and_then(|named| Uuid::parse_str(named).ok())
        .ok_or_else(|| ApiError::input("the form names no session"))
}

/// INVARIANT: durable before the session ends.
async fn record(call: &Call, by: &Principal, of: &EntityRef, which: &str) -> Result<(), ApiError> {
    let recorded = call
        .app
        .ledger
        .event(&call.facts, &audit::REVOCATION, Outcome::Allowed, Durability::Durable, |record| {
            record.actor_id = by.actor_id().map(str::to_owned);
            record.resource_ref = Some(which.to_owned());
            record.meta.insert("user".into(), of.as_str().into());
        })
        .await;
    recorded.map_err(|cause| ApiError::unavailable("The change could not be recorded", 5).caused_by(cause))
}

/// The session that looks.
fn own(principal: &Principal) -> Option<Uuid> {
    match principal {
        Principal::User(user) => Uuid::parse_str(user.sign_in()).ok(),
        Principal::Service(_) | Principal::Nobody(_) => None,
    }
}

fn row(call: &Call, session: &Session, current: Option<Uuid>) -> SessionRow {
    let way = match (&session.provider, session.kind) {
        (Some(provider), _) => provider.as_str(),
        (None, _) => "one-time link",
    };
    SessionRow {
        id: session.id.to_string(),
        user: RefLink::unlinked(&session.user, None),
        device: Text::short(&call.app.masks.text(&device::device(session.user_agent.as_deref()))),
        address: Text::short(session.ip.as_deref().unwrap_or("unknown address")),
        way: Text::short(way),
        began: When::seen(session.created_at, call.at),
        seen: When::seen(session.seen_at, call.at),
        ends: When::seen(session.expires_at, call.at),
        current: current == Some(session.id),
    }
}

fn unavailable(cause: store::StoreError) -> ApiError {
    ApiError::unavailable("The store does not answer", 5).caused_by(cause)
}
