//! What a handler sees of a request.

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use identity::{FormToken, Principal, SessionToken};
use model::Timestamp;
use policy::RequestFacts;
use tokio::time::Instant;

use crate::app::App;
use crate::edge::Admitted;
use crate::error::ApiError;

/// One request that passed the edge and found its row.
///
/// It gives no way to the catalog: that takes a scope or a permit, which the row's guard hands out.
pub struct Call {
    pub(crate) app: Arc<App>,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) admitted: Admitted,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) facts: RequestFacts,
    pub(crate) at: Timestamp,
    /// When the request must have been answered.
    pub(crate) deadline: Instant,
    /// Taken by the guard of rows that need it, never before the caller is known.
    pub(crate) body: std::sync::Mutex<Option<Body>>,
    /// The session of a page row, for its forms.
    pub(crate) session: Option<SessionToken>,
    /// The form of a page's write, once the guard has read and checked it.
    pub(crate) form: Option<crate::form::Form>,
    /// Whom the guard found.
    pub(crate) viewer: Arc<OnceLock<Viewer>>,
}

/// Who looks at a page.
pub(crate) struct Viewer {
    pub(crate) principal: Principal,
    /// For the page's forms; empty for those that are not signed in by a cookie.
    pub(crate) form_token: String,
}

impl Viewer {
    pub(crate) fn new(principal: &Principal, session: Option<&SessionToken>) -> Self {
        let form_token = session.map(|session| FormToken::for_session(session).as_str().to_owned());
        Self { principal: principal.clone(), form_token: form_token.unwrap_or_default() }
    }
}

impl Call {
    /// Who asks, once the guard knows.
    pub(crate) fn principal(&self) -> Option<&Principal> {
        self.viewer.get().map(|viewer| &viewer.principal)
    }

    /// A part of the path that the row's pattern caught; empty if the pattern has no such name.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find_map(|(n, value)| (n == name).then_some(value.as_str())).unwrap_or_default()
    }

    /// The plugin whose path it is: `catalog` of `/api/catalog/entities`.
    pub(crate) fn plugin(&self) -> Option<&str> {
        let rest = self.admitted.path.as_str().strip_prefix("/api/")?;
        rest.split('/').next().filter(|plugin| !plugin.is_empty())
    }

    /// The query, in order, decoded.
    pub(crate) fn query(&self) -> Result<Vec<(String, String)>, ApiError> {
        untrusted::query::parse(
            self.admitted.path.raw_query().unwrap_or_default(),
            &untrusted::query::Limits::default(),
        )
        .map_err(|error| ApiError::input(error.to_string()))
    }

    /// A header's text.
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The whole body, within the bound.
    pub(crate) async fn body(&mut self) -> Result<Bytes, ApiError> {
        let limit = self.app.limits.body_bytes;
        let body = self.body.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let Some(body) = body else { return Ok(Bytes::new()) };
        let whole = Limited::new(body, limit).collect();
        match tokio::time::timeout_at(self.deadline, whole).await {
            Ok(Ok(collected)) => Ok(collected.to_bytes()),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                Err(ApiError::too_large(limit))
            }
            Ok(Err(_)) => Err(ApiError::input("the request body could not be read to its end")),
            Err(_) => Err(ApiError::timeout()),
        }
    }

    /// The body as JSON; `None` when it is empty or says that it is something else.
    pub(crate) async fn json(&mut self) -> Result<Option<serde_json::Value>, ApiError> {
        let bytes = self.body().await?;
        let json = self.header(header::CONTENT_TYPE).is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        });
        if bytes.is_empty() || !json {
            return Ok(None);
        }
        untrusted::json::parse(&bytes, &untrusted::json::Limits::default())
            .map(Some)
            .map_err(|error| ApiError::input(error.to_string()))
    }
}

/// The path inside the plugin, with its query, as it was sent.
pub(crate) fn plugin_path(call: &Call) -> String {
    let path = call.admitted.path.as_str();
    let inside =
        path.strip_prefix("/api/").and_then(|rest| rest.find('/').and_then(|slash| rest.get(slash..)));
    match call.admitted.path.raw_query() {
        Some(query) => format!("{}?{query}", inside.unwrap_or(path)),
        None => inside.unwrap_or(path).to_owned(),
    }
}

/// `/api/catalog/entities?x` → `/entities?x`, as it was sent.
pub(crate) fn plugin_url(uri: &http::Uri) -> &str {
    let target = uri.path_and_query().map_or("", http::uri::PathAndQuery::as_str);
    match target.strip_prefix("/api/") {
        Some(rest) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => target,
    }
}

/// A JSON answer from ready bytes.
pub(crate) fn json_answer(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// An HTML answer.
pub(crate) fn html_answer(status: StatusCode, html: String) -> Response {
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// Sends the browser on to one of our own paths after a form was accepted.
pub(crate) fn see_other(path: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(value) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}
