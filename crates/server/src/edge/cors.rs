//! Cross-origin answers, by `backend.cors`.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// `backend.cors`, ready to compare with.
#[derive(Debug)]
pub(crate) struct Cors {
    origins: Vec<config::OriginPattern>,
    methods: String,
    allowed_headers: Option<String>,
    exposed_headers: Option<String>,
    credentials: bool,
    max_age: Option<u64>,
}

impl Cors {
    /// Takes the parsed settings; patterns were checked when the configuration was read.
    pub(crate) fn new(settings: &config::Cors) -> Self {
        let list = |items: &[String]| (!items.is_empty()).then(|| items.join(","));
        Self {
            origins: settings.origins.clone(),
            methods: if settings.methods.is_empty() {
                "GET,HEAD,PUT,PATCH,POST,DELETE".to_owned()
            } else {
                settings.methods.join(",")
            },
            allowed_headers: settings.allowed_headers.as_deref().and_then(list),
            exposed_headers: list(&settings.exposed_headers),
            credentials: settings.credentials,
            max_age: settings.max_age.map(|age| age.as_secs()),
        }
    }

    fn allowed<'a>(&self, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        let text = origin.to_str().ok()?;
        self.origins.iter().any(|pattern| pattern.matches(text)).then_some(origin)
    }

    /// Adds what the browser needs to hand the answer to a page of another origin that we allow. A
    /// page that we do not allow gets no such header, and the browser keeps the answer from it.
    pub(crate) fn decorate(&self, request: &HeaderMap, answer: &mut HeaderMap) {
        answer.append(header::VARY, HeaderValue::from_static("Origin"));
        let Some(origin) = self.allowed(request) else { return };
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        if self.credentials {
            answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        if let Some(value) = self.exposed_headers.as_deref().and_then(|text| text.parse().ok()) {
            answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, value);
        }
    }

    /// Answers a preflight: 204, and the permissions if the origin is allowed.
    pub(crate) fn preflight(&self, request: &HeaderMap) -> Response {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let answer = response.headers_mut();
        self.decorate(request, answer);
        if self.allowed(request).is_none() {
            return response;
        }
        if let Ok(value) = self.methods.parse() {
            answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, value);
        }
        let headers = match &self.allowed_headers {
            Some(list) => list.parse().ok(),
            None => request.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned(),
        };
        if let Some(value) = headers {
            answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, value);
        }
        if let Some(age) = self.max_age {
            answer.insert(header::ACCESS_CONTROL_MAX_AGE, age.into());
        }
        response
    }
}

/// Whether this is a CORS preflight: the one kind of request under `/api` that is answered without
/// credentials, because browsers send none with it. It reaches no handler.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}
