//! `/api/catalog`: the read routes, each in its file. Those that write (locations by API, refresh,
//! delete) belong here too, each with its action.

mod ancestry;
mod by_name;
mod by_query;
mod by_refs;
mod by_uid;
mod entities;
mod facets;

use ::catalog::query::{Answer, QueryError};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, header};
use serde_json::Value;

use crate::call::{Call, json_answer};
use crate::error::ApiError;
use crate::table::Table;

/// Answers longer than this are streamed, bytes.
const WHOLE: usize = 256 * 1024;

pub(super) fn rows(table: Table) -> Table {
    let table = entities::rows(table);
    let table = by_query::rows(table);
    let table = by_refs::rows(table);
    let table = by_uid::rows(table);
    let table = by_name::rows(table);
    let table = ancestry::rows(table);
    facets::rows(table)
}

/// A query's refusal as the API tells it.
pub(super) fn refused(error: QueryError) -> ApiError {
    match error {
        QueryError::Input(message) => ApiError::input(message),
        QueryError::NotFound(message) => ApiError::not_found(message),
    }
}

/// An answer, whole if it is short, else streamed piece by piece.
fn answered(answer: Answer) -> Response {
    match answer.exact_len() {
        Some(length) if length > WHOLE => {
            let pieces = answer.map(Ok::<Bytes, std::convert::Infallible>);
            let mut response = json_answer(Body::from_stream(futures_util::stream::iter(pieces)));
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            response
        }
        _ => json_answer(answer.into_bytes()),
    }
}

/// The body as a query reads it: `None` when there is none.
async fn body(call: &mut Call) -> Result<Option<Value>, ApiError> {
    call.json().await
}
