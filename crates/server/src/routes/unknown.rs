//! What nobody serves: strangers are refused here as everywhere, the others hear that it is not there.

use identity::Principal;

use crate::call::Call;
use crate::error::ApiError;
use crate::table::{Answered, Face, Table};

const WHY: &str = "nobody serves it; a stranger must not learn that";

pub(super) fn rows(table: Table) -> Table {
    table
        .signed_in(Face::Api, "*", "/api", WHY, nothing)
        .signed_in(Face::Api, "*", "/api/{*rest}", WHY, nothing)
        .signed_in(Face::Page, "*", "/{*rest}", WHY, nothing)
}

/// An empty 404, as the reference answers for a path it does not know.
async fn nothing(_: Principal, _: Call) -> Answered {
    Err(ApiError::no_such_route())
}
