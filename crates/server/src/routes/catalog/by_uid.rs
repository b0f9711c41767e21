//! `GET /api/catalog/entities/by-uid/{uid}`

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
    table.one::<ReadEntity, ByUid>(Face::Api, "GET", "/api/catalog/entities/by-uid/{uid}", get)
}

/// The entity whose uid the path names.
enum ByUid {}

impl Names<ReadEntity> for ByUid {
    fn find(call: &Call) -> Result<Named<ReadEntity>, ApiError> {
        no_parameters(&call.query()?).map_err(refused)?;
        let uid = call.param("uid");
        match call.app.catalog.facts_by_uid(&uid.to_lowercase()) {
            Some(facts) => Ok(Named::Found(facts)),
            // The record of the refusal names what was asked for.
            None => match EntityRef::from_parts("uid", "default", uid) {
                Ok(asked) => Ok(Named::Missing(asked)),
                Err(_) => Err(Self::hidden(call)),
            },
        }
    }

    fn hidden(call: &Call) -> ApiError {
        ApiError::not_found(format!("No entity with uid {}", call.param("uid")))
    }
}

async fn get(permit: Permit<ReadEntity>, call: Call) -> Answered {
    let body = call.app.catalog.body(&permit).ok_or_else(|| ByUid::hidden(&call))?;
    Ok(json_answer(Body::from(body.as_bytes().to_vec())))
}
