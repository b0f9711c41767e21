//! The metrics listener: one path, on loopback or behind a token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Method, Request, StatusCode, header};
use hyper::body::Incoming;
use model::Secret;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::edge::Hosts;
use crate::listen::Answer;
use crate::metrics::Metrics;
use crate::table::RouteRow;

const PATH: &str = "/metrics";

/// Answers scrapers.
pub(crate) struct MetricsDoor {
    metrics: Metrics,
    token: Option<[u8; 32]>,
}

impl MetricsDoor {
    /// Scrapers must show `token` if there is one; without, the listener is on loopback (the
    /// configuration is refused otherwise).
    pub(crate) fn new(metrics: Metrics, token: Option<&Secret<String>>) -> Self {
        Self { metrics, token: token.map(|token| Sha256::digest(token.expose()).into()) }
    }

    fn allows(&self, request: &Request<Incoming>) -> bool {
        let Some(expected) = &self.token else {
            // On loopback: a page in a browser of this machine must not get here by a name of its own.
            return Hosts::Loopback.allows(request.uri(), request.headers());
        };
        let presented = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| identity::bearer(value.to_str().ok()?).ok().flatten());
        presented.is_some_and(|token| {
            let hash: [u8; 32] = Sha256::digest(token).into();
            hash.ct_eq(expected).into()
        })
    }
}

impl Answer for MetricsDoor {
    async fn answer(self: Arc<Self>, _: SocketAddr, request: Request<Incoming>) -> Response {
        if !self.allows(&request) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        if request.method() != Method::GET || request.uri().path() != PATH {
            return StatusCode::NOT_FOUND.into_response();
        }
        let mut response = Response::new(Body::from(self.metrics.text()));
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        );
        response
    }
}

/// The listener's row, for the printed table.
pub(crate) fn printed() -> Vec<RouteRow> {
    vec![RouteRow {
        method: "GET",
        path: PATH.to_owned(),
        guard: "token or loopback".to_owned(),
        reason: "on a listener of its own (stagedoor.metrics); counts only, no names".to_owned(),
    }]
}
