//! `POST /api/catalog/entities/by-refs`

use ::catalog::query::{ByRefs, by_refs};
use policy::{ReadEntity, Scope};

use super::{answered, body, refused};
use crate::call::Call;
use crate::table::{Answered, Face, Table};

pub(super) fn rows(table: Table) -> Table {
    table.many::<ReadEntity>(Face::Api, "POST", "/api/catalog/entities/by-refs", post)
}

async fn post(scope: Scope<ReadEntity>, mut call: Call) -> Answered {
    let pairs = call.query()?;
    let query = ByRefs::parse(&pairs, body(&mut call).await?.as_ref()).map_err(refused)?;
    let view = call.app.catalog.view(scope);
    Ok(answered(by_refs(&view.snapshot, view.predicate(), &query)))
}
