//! One error for every route, with two messages: what the caller is told, and what we log.

use std::error::Error;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::masks::Masks;

/// A refusal or a failure of one request.
///
/// `public` reaches the caller. `internal` is logged once, where the request ends, under the request
/// id that the answer carries; nothing joins the two.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    name: &'static str,
    public: String,
    internal: Option<Box<dyn Error + Send + Sync>>,
    retry_after: Option<u32>,
    /// What audit records say of it, where that is more than the caller is told.
    reason: Option<String>,
    shown: Shown,
}

/// What the caller showed that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Something,
    /// No credential: nothing was tried.
    Nothing,
    /// Not the cookie of a refresh, which the contract says in two places.
    NoSessionCookie,
}

impl ApiError {
    fn new(status: StatusCode, name: &'static str, public: impl Into<String>) -> Self {
        Self {
            status,
            name,
            public: public.into(),
            internal: None,
            retry_after: None,
            reason: None,
            shown: Shown::Something,
        }
    }

    /// 400: the request is wrong; the text says what and where.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InputError", message)
    }

    /// 401. The text never says which check failed.
    pub(crate) fn unauthenticated(message: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "AuthenticationError", message)
    }

    /// 401 for whoever shows no credential at all.
    pub(crate) fn nothing_shown(message: &'static str) -> Self {
        Self { shown: Shown::Nothing, ..Self::unauthenticated(message) }
    }

    /// 401 of a refresh without its cookie: how the frontend learns that nobody is signed in.
    pub(crate) fn no_session_cookie() -> Self {
        let message = "Refresh failed; caused by InputError: Missing session cookie";
        Self { shown: Shown::NoSessionCookie, ..Self::unauthenticated(message) }
    }

    /// 403: for things the caller may see and not act on.
    pub(crate) fn not_allowed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "NotAllowedError", message)
    }

    /// 404: absent, or hidden from the caller; nobody can tell which.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFoundError", message)
    }

    /// 404 with an empty body, as the reference answers a path it does not know.
    pub(crate) fn no_such_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "", String::new())
    }

    /// 405, with the methods the edge accepts.
    pub(crate) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "InputError", "This method is not served here")
    }

    /// 408: the request took too long to arrive or to be answered.
    pub(crate) fn timeout() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "TimeoutError", "The request took too long")
    }

    /// 413: the body is over the bound.
    pub(crate) fn too_large(limit: usize) -> Self {
        let text = format!("request entity too large: at most {limit} bytes are read");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeError", text)
    }

    /// 431: the headers are over the bound.
    pub(crate) fn headers_too_large(limit: usize) -> Self {
        let text = format!("request headers are too large: at most {limit} bytes are read");
        Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "InputError", text)
    }

    /// 421: the request names a host that is not ours.
    pub(crate) fn misdirected() -> Self {
        let text = "This server does not answer for the host the request names";
        Self::new(StatusCode::MISDIRECTED_REQUEST, "InputError", text)
    }

    /// 429, with the seconds to wait.
    pub(crate) fn too_many(retry_after: u32) -> Self {
        let mut error =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "Error", "Too many requests, please try again later");
        error.retry_after = Some(retry_after);
        error
    }

    /// 503, with the seconds to wait: overload, shutdown, or an audit record that cannot be kept.
    pub(crate) fn unavailable(message: &'static str, retry_after: u32) -> Self {
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailableError", message);
        error.retry_after = Some(retry_after);
        error
    }

    /// 500. The cause goes to our log, never to the caller.
    pub(crate) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Error",
            "An internal error occurred; the log holds the cause under this answer's request id",
        );
        error.internal = Some(cause.into());
        error
    }

    /// Adds the cause for our own log.
    #[must_use]
    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.internal = Some(cause.into());
        self
    }

    /// Says for audit records what the caller is not told.
    #[must_use]
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// What audit records say of it.
    pub(crate) fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or(&self.public)
    }

    /// 501, as the reference answers what a provider has not.
    pub(crate) fn not_implemented() -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplementedError", "Not implemented")
    }

    /// The status it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether a credential was tried and refused.
    pub(crate) fn refuses_a_credential(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED && self.shown == Shown::Something
    }

    /// What the caller is told.
    pub(crate) fn public(&self) -> &str {
        &self.public
    }

    /// Seconds after which trying again makes sense.
    pub(crate) fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// The same, with what the caller is told masked: a message may quote what was sent or what is kept.
    #[must_use]
    pub(crate) fn masked(mut self, masks: &Masks) -> Self {
        masks.mask(&mut self.public);
        self
    }

    /// Logs the internal cause, once, at the boundary.
    pub(crate) fn log(&self, request_id: &str) {
        if let Some(cause) = &self.internal {
            let mut chain = cause.to_string();
            let mut next = cause.source();
            while let Some(source) = next {
                chain.push_str(": ");
                chain.push_str(&source.to_string());
                next = source.source();
            }
            tracing::error!(request_id, status = self.status.as_u16(), cause = chain, "request failed");
        }
    }

    /// Backstage's error shape. `url` is the path inside the plugin, with its query.
    pub(crate) fn into_api_response(self, method: &str, url: &str) -> Response {
        let retry_after = self.retry_after;
        let mut response = if self.name.is_empty() {
            self.status.into_response()
        } else {
            let mut error = json!({ "name": self.name, "message": self.public });
            if self.shown == Shown::NoSessionCookie {
                error["cause"] = json!({ "name": "InputError", "message": "Missing session cookie" });
            }
            let body = json!({
                "error": error,
                "request": { "method": method, "url": url },
                "response": { "statusCode": self.status.as_u16() },
            });
            let mut response = (self.status, body.to_string()).into_response();
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
