//! Errors on pages.

use axum::response::Response;
use http::{HeaderMap, StatusCode, header};

use super::frame;
use crate::app::App;
use crate::call::html_answer;
use crate::error::ApiError;
use crate::pages::{ErrorPage, Page as _, Section, SignInPage, Text};

/// The page for an error. A stranger gets the sign-in page, whatever the path.
pub(crate) fn page(app: &App, error: ApiError, request_id: &str, headers: &HeaderMap) -> Response {
    let status = error.status();
    if status == StatusCode::UNAUTHORIZED {
        return sign_in(app, headers);
    }
    let mut page = ErrorPage::new(
        frame::plain(app, headers, "", Section::Other, "/catalog"),
        status.as_u16(),
        request_id,
    );
    if !error.public().is_empty() && status != StatusCode::INTERNAL_SERVER_ERROR {
        page.meaning = Text::new(error.public());
    }
    let mut response = html_answer(status, page.html());
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The sign-in page, with the status that says why it is shown.
pub(super) fn sign_in(app: &App, headers: &HeaderMap) -> Response {
    let page = SignInPage {
        frame: frame::plain(app, headers, "Sign in", Section::Other, "/catalog"),
        providers: Vec::new(),
        development: app.development,
        notice: None,
    };
    html_answer(StatusCode::UNAUTHORIZED, page.html())
}
