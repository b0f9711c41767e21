//! `GET /access`: who the viewer is to this server, and what policy answers about them.

use identity::Principal;
use model::EntityRef;
use policy::{Allowed, Explained, Permit, Portal, ReadSelf};

use super::frame;
use crate::call::{Call, html_answer};
use crate::error::ApiError;
use crate::guard::{Named, Names};
use crate::pages::access::{ActionRow, Policy, Verdict};
use crate::pages::condition::in_words;
use crate::pages::{AccessPage, Page as _, RefLink, Section, Text, When, paths};
use crate::table::{Answered, Face, Table};

pub(super) fn rows(table: Table) -> Table {
    table.one::<ReadSelf, Myself>(Face::Page, "GET", paths::ACCESS, show)
}

/// The page is about the caller and names nothing else.
struct Myself;

impl Names<ReadSelf> for Myself {
    fn find(_: &Call) -> Result<Named<ReadSelf>, ApiError> {
        Ok(Named::Found(Portal))
    }

    fn hidden(_: &Call) -> ApiError {
        ApiError::no_such_route()
    }
}

async fn show(permit: Permit<ReadSelf>, call: Call) -> Answered {
    let principal = permit.principal();
    let session_ends = match &call.session {
        None => None,
        Some(token) => {
            let session = call.app.store.session_by_token_hash(&token.hash()).await;
            let session = session
                .map_err(|cause| ApiError::unavailable("The store does not answer", 5).caused_by(cause))?;
            session.map(|session| When::seen(session.expires_at, call.at))
        }
    };
    let page = AccessPage {
        frame: frame::signed_in(&call, principal, "What I may do", Section::Access),
        identity: identity(principal),
        signed_in_by: match principal {
            Principal::User(_) => "one-time link".into(),
            Principal::Service(_) | Principal::Nobody(_) => "service token".into(),
        },
        session_ends,
        ownership: match principal {
            Principal::User(user) => user.ownership().iter().map(own).collect(),
            Principal::Service(_) | Principal::Nobody(_) => Vec::new(),
        },
        actions: call.app.policy.current().explain(&permit).iter().map(row).collect(),
    };
    Ok(html_answer(http::StatusCode::OK, page.html()))
}

fn identity(principal: &Principal) -> RefLink {
    if let Principal::User(user) = principal {
        return own(user.entity_ref());
    }
    let subject = Text::short(principal.actor_id().unwrap_or_default());
    RefLink { label: subject.clone(), whole: subject, kind: Text::default(), href: None }
}

fn own(owner: &EntityRef) -> RefLink {
    RefLink::to(owner, None)
}

fn row(explained: &Explained) -> ActionRow {
    ActionRow {
        action: explained.action.name().into(),
        meaning: explained.action.summary.trim().into(),
        verdict: match &explained.allowed {
            Allowed::Everything => Verdict::Allowed,
            Allowed::Where(predicate) => Verdict::Conditional(in_words(predicate)),
            Allowed::Depends => Verdict::Conditional("decided for each one when it is asked for".into()),
            Allowed::Nothing => Verdict::Refused,
        },
        policies: explained.policies.iter().map(|id| Policy { id: Text::short(id) }).collect(),
    }
}
