//! `GET /api/catalog/entities/by-name/{kind}/{namespace}/{name}`

use ::catalog::query::no_parameters;
use axum::body::Body;
use model::EntityRef;
use policy::{Permit, ReadEntity};

use super::refused;
use crate::call::{Call, json_answer};
use crate::error::ApiError;
use crate::guard::{Named, Names};
use crate::table::{Answered, Face, Table};

pub(super) fn rows(table: Table) -> Table {
    let path = "/api/catalog/entities/by-name/{kind}/{namespace}/{name}";
    table.one::<ReadEntity, ByName>(Face::Api, "GET", path, get)
}

/// The entity that the path names.
pub(super) enum ByName {}

impl Names<ReadEntity> for ByName {
    fn find(call: &Call) -> Result<Named<ReadEntity>, ApiError> {
        no_parameters(&call.query()?).map_err(refused)?;
        let named = EntityRef::from_parts(call.param("kind"), call.param("namespace"), call.param("name"));
        let entity = named.map_err(|_| Self::hidden(call))?;
        Ok(match call.app.catalog.facts_for(call.principal(), &entity) {
            Some(facts) => Named::Found(facts),
            None => Named::Missing(entity),
        })
    }

    fn hidden(call: &Call) -> ApiError {
        let (kind, namespace, name) = (call.param("kind"), call.param("namespace"), call.param("name"));
        ApiError::not_found(format!(
            "No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
        ))
    }
}

async fn get(permit: Permit<ReadEntity>, call: Call) -> Answered {
    let body = call.app.catalog.body(&permit).ok_or_else(|| ByName::hidden(&call))?;
    Ok(json_answer(Body::from(body.as_bytes().to_vec())))
}
