//! `GET` and `POST /api/catalog/entity-facets`

use ::catalog::query::{FacetsQuery, facets, no_parameters};
use axum::response::Response;
use policy::{ReadEntity, Scope};

use super::{body, refused};
use crate::call::{Call, json_answer};
use crate::table::{Answered, Face, Table};

const PATH: &str = "/api/catalog/entity-facets";

pub(super) fn rows(table: Table) -> Table {
    table.many::<ReadEntity>(Face::Api, "GET", PATH, get).many::<ReadEntity>(Face::Api, "POST", PATH, post)
}

async fn get(scope: Scope<ReadEntity>, call: Call) -> Answered {
    let query = FacetsQuery::parse(&call.query()?).map_err(refused)?;
    Ok(answer(scope, &call, query))
}

async fn post(scope: Scope<ReadEntity>, mut call: Call) -> Answered {
    no_parameters(&call.query()?).map_err(refused)?;
    let query = FacetsQuery::parse_body(body(&mut call).await?.as_ref()).map_err(refused)?;
    Ok(answer(scope, &call, query))
}

/// The answer repeats the names of the fields, which are the caller's own words.
fn answer(scope: Scope<ReadEntity>, call: &Call, query: FacetsQuery) -> Response {
    let query = query.renamed(|name| call.app.masks.mask(name));
    let view = call.app.catalog.view(scope);
    json_answer(facets(&view.snapshot, view.predicate(), &query))
}
