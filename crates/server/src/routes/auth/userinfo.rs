//! `GET /api/auth/v1/userinfo`: who the bearer of a user token is, and what she owns things as.

use identity::Principal;
use serde_json::json;

use crate::call::{Call, json_answer};
use crate::error::ApiError;
use crate::table::{Answered, Face, Table};

pub(super) fn rows(table: Table) -> Table {
    let why = "it tells the caller who they are";
    table.signed_in(Face::Limited, "GET", "/api/auth/v1/userinfo", why, userinfo)
}

/// Ownership is that of this moment; the reference's is that of the last sign-in.
async fn userinfo(principal: Principal, _: Call) -> Answered {
    let Principal::User(user) = &principal else {
        return Err(ApiError::input(
            "Userinfo endpoint must be called with a token that represents a user principal",
        ));
    };
    let ownership: Vec<&str> = user.ownership().iter().map(model::EntityRef::as_str).collect();
    let claims = json!({"claims": {"sub": user.entity_ref().as_str(), "ent": ownership}});
    Ok(json_answer(claims.to_string()))
}
