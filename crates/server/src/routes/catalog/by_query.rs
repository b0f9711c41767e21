//! `GET` and `POST /api/catalog/entities/by-query`

use ::catalog::query::{ByQuery, by_query, no_parameters};
use policy::{ReadEntity, Scope};

use super::{answered, body, refused};
use crate::call::Call;
use crate::table::{Answered, Face, Table};

const PATH: &str = "/api/catalog/entities/by-query";

pub(super) fn rows(table: Table) -> Table {
    table.many::<ReadEntity>(Face::Api, "GET", PATH, get).many::<ReadEntity>(Face::Api, "POST", PATH, post)
}

async fn get(scope: Scope<ReadEntity>, call: Call) -> Answered {
    let query = ByQuery::parse(&call.query()?).map_err(refused)?;
    Ok(found(scope, &call, &query))
}

async fn post(scope: Scope<ReadEntity>, mut call: Call) -> Answered {
    no_parameters(&call.query()?).map_err(refused)?;
    let query = ByQuery::parse_body(body(&mut call).await?.as_ref()).map_err(refused)?;
    Ok(found(scope, &call, &query))
}

fn found(scope: Scope<ReadEntity>, call: &Call, query: &ByQuery) -> axum::response::Response {
    let view = call.app.catalog.view(scope);
    answered(by_query(&view.snapshot, view.predicate(), query))
}
