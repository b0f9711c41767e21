//! `GET /api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry`

use ::catalog::query::{ancestry, no_parameters};
use policy::{Permit, ReadEntity};

use super::by_name::ByName;
use super::refused;
use crate::call::{Call, json_answer};
use crate::error::ApiError;
use crate::guard::{Named, Names, scope_of};
use crate::table::{Answered, Face, Table};

pub(super) fn rows(table: Table) -> Table {
    let path = "/api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry";
    table.one::<ReadEntity, Root>(Face::Api, "GET", path, get)
}

/// The entity that the path names, with this route's own words when it is not there.
enum Root {}

impl Names<ReadEntity> for Root {
    fn find(call: &Call) -> Result<Named<ReadEntity>, ApiError> {
        no_parameters(&call.query()?).map_err(refused)?;
        ByName::find(call).map_err(|_| Self::hidden(call))
    }

    fn hidden(call: &Call) -> ApiError {
        let asked = format!("{}:{}/{}", call.param("kind"), call.param("namespace"), call.param("name"));
        ApiError::not_found(format!("No such entity {}", asked.to_lowercase()))
    }
}

async fn get(permit: Permit<ReadEntity>, call: Call) -> Answered {
    // The permit is for the entity itself; its ancestors are many things, and need a scope.
    let view = call.app.catalog.view(scope_of::<ReadEntity>(&call, permit.principal()).await?);
    let root = permit.resource();
    let found = ancestry(&view.snapshot, view.predicate(), root.kind(), root.namespace(), root.name());
    Ok(json_answer(found.map_err(refused)?))
}
