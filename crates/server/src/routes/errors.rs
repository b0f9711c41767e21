//! Errors on pages.

use axum::response::Response;
use http::{HeaderMap, StatusCode, header};

use super::frame;
use crate::app::App;
use crate::call::{Viewer, html_answer};
use crate::error::ApiError;
use crate::pages::{ErrorPage, Page as _, Section, SignInPage, Text};

/// A request that failed on a page.
pub(crate) struct Failed<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// Who asked, if the guard found out.
    pub(crate) viewer: Option<&'a Viewer>,
}

/// The page for an error. A stranger gets the sign-in page, whatever the path.
pub(crate) fn page(app: &App, error: &ApiError, failed: &Failed<'_>) -> Response {
    let status = error.status();
    if status == StatusCode::UNAUTHORIZED {
        return sign_in(app, failed.headers);
    }
    let frame = frame::around(app, failed.headers, failed.viewer, "", Section::Other, "/catalog");
    let mut page = ErrorPage::new(frame, status.as_u16(), failed.request_id);
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
