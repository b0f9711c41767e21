//! `GET /api/catalog/entities`

use ::catalog::query::{EntitiesQuery, entities};
use http::{HeaderValue, header};
use policy::{ReadEntity, Scope};

use super::{answered, refused};
use crate::call::Call;
use crate::table::{Answered, Face, Table};

pub(super) fn rows(table: Table) -> Table {
    table.many::<ReadEntity>(Face::Api, "GET", "/api/catalog/entities", list)
}

async fn list(scope: Scope<ReadEntity>, call: Call) -> Answered {
    let query = EntitiesQuery::parse(&call.query()?).map_err(refused)?;
    let view = call.app.catalog.view(scope);
    let found = entities(&view.snapshot, view.predicate(), &query);
    let mut response = answered(found.body);
    if let Some(link) = found.link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}
