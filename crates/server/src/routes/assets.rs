//! The files that pages load.

use http::{HeaderValue, header};

use crate::call::Call;
use crate::error::ApiError;
use crate::pages::assets;
use crate::table::{Answered, Face, Table};

const WHY: &str = "style, script and icons of the sign-in page; the same for everybody, compiled in";

pub(super) fn rows(table: Table) -> Table {
    table.open(Face::Page, "GET", "/assets/{name}", WHY, asset)
}

async fn asset(call: Call) -> Answered {
    let path = call.admitted.path.as_str();
    let Some(asset) = assets::all().iter().find(|asset| asset.path == path) else {
        return Err(ApiError::not_found("There is no such file"));
    };
    let mut response = axum::response::Response::new(axum::body::Body::from(asset.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(assets::CACHE_CONTROL));
    Ok(response)
}
