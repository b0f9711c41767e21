//! `GET /catalog/{namespace}/{kind}/{name}`: one entity, for people; `…/json` is the same as JSON, for
//! a browser that holds a session and no token.

use http::{HeaderValue, header};
use model::EntityRef;
use policy::{Permit, ReadEntity};
use serde_json::Value;

use super::frame;
use crate::call::{Call, html_answer, json_answer};
use crate::error::ApiError;
use crate::guard::{self, Named, Names};
use crate::pages::entity::{EntityPage, Known};
use crate::pages::{Page as _, Section, paths};
use crate::table::{Answered, Face, Table};

pub(super) fn rows(table: Table) -> Table {
    table.one::<ReadEntity, InPath>(Face::Page, "GET", paths::ENTITY, show).one::<ReadEntity, InPath>(
        Face::Page,
        "GET",
        paths::ENTITY_JSON,
        json,
    )
}

/// The entity that the page's path names.
struct InPath;

impl Names<ReadEntity> for InPath {
    fn find(call: &Call) -> Result<Named<ReadEntity>, ApiError> {
        let named = EntityRef::from_parts(call.param("kind"), call.param("namespace"), call.param("name"))
            .map_err(|_| Self::hidden(call))?;
        Ok(match call.app.catalog.facts_for(call.principal(), &named) {
            Some(facts) => Named::Found(facts),
            None => Named::Missing(named),
        })
    }

    fn hidden(_: &Call) -> ApiError {
        ApiError::not_found("The catalog has no such entity, or it is not for you to see.")
    }
}

async fn show(permit: Permit<ReadEntity>, call: Call) -> Answered {
    // The relations name other entities: which of them are links is a question of its own.
    let others = guard::scope_of::<ReadEntity>(&call, permit.principal()).await?;
    let others = call.app.catalog.view(others);
    let Some(body) = call.app.catalog.body(&permit) else {
        // It went away since the guard looked.
        return Err(InPath::hidden(&call));
    };
    let body: Value = serde_json::from_str(&body).map_err(ApiError::internal)?;
    let frame = frame::signed_in(&call, permit.principal(), Some(&others), "", Section::Catalog);
    let known = Known {
        is_there: &|target: &EntityRef| others.shows(target),
        read_at: call.app.freshness.of(&body),
        now: call.at,
    };
    let page = EntityPage::from_body(frame, permit.resource(), &body, &known);
    Ok(html_answer(http::StatusCode::OK, page.html()))
}

async fn json(permit: Permit<ReadEntity>, call: Call) -> Answered {
    let body = call.app.catalog.body(&permit).ok_or_else(|| InPath::hidden(&call))?;
    let mut response = json_answer(body.as_bytes().to_vec());
    // Others wrote it: the browser shows it, and runs nothing of it.
    let policy = "default-src 'none'; frame-ancestors 'none'; sandbox";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    Ok(response)
}
