//! `GET /access`: who the viewer is to this server, and what policy answers about them.

use identity::Principal;
use model::EntityRef;
use policy::{Allowed, Explained, Permit, Portal, ReadEntity, ReadSelf};

use super::frame;
use crate::call::{Call, html_answer};
use crate::error::ApiError;
use crate::guard::{self, Named, Names};
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
    let session = match &call.session {
        None => None,
        Some(token) => {
            let session = call.app.store.session_by_token_hash(&token.hash()).await;
            session.map_err(|cause| ApiError::unavailable("The store does not answer", 5).caused_by(cause))?
        }
    };
    let session_ends = session.as_ref().map(|session| When::seen(session.expires_at, call.at));
    let provider = session.and_then(|session| session.provider);
    // Which of the refs are links. Who may read nothing is still told who they are.
    let scope = guard::scope_of::<ReadEntity>(&call, principal).await.ok();
    let view = scope.map(|scope| call.app.catalog.view(scope));
    let own = |owner: &EntityRef| match &view {
        Some(view) if view.shows(owner) => RefLink::to(owner, None),
        _ => RefLink::unlinked(owner, None),
    };
    let page = AccessPage {
        frame: frame::signed_in(&call, principal, view.as_ref(), "What I may do", Section::Access),
        identity: match principal {
            Principal::User(user) => own(user.entity_ref()),
            Principal::Service(_) | Principal::Nobody(_) => service(principal),
        },
        signed_in_by: match principal {
            Principal::User(_) if call.session.is_none() => "token".into(),
            Principal::User(_) => provider.as_deref().map_or_else(|| "one-time link".into(), Text::short),
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

fn service(principal: &Principal) -> RefLink {
    let subject = Text::short(principal.actor_id().unwrap_or_default());
    RefLink { label: subject.clone(), whole: subject, kind: Text::default(), href: None }
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
