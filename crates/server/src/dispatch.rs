//! From an accepted request to its answer: edge, place, row, guard, handler, headers.

use std::net::SocketAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::body::Body;
use axum::response::Response;
use http::{Method, Request, StatusCode, header};
use hyper::body::Incoming;
use policy::{Durability, Outcome, RequestFacts};
use tokio::time::Instant;

use crate::app::App;
use crate::audit;
use crate::call::{Call, plugin_url};
use crate::edge::{Admitted, Edge, Overload, is_api, is_preflight};
use crate::error::ApiError;
use crate::listen::Answer;
use crate::metrics::{Answered, Reason};
use crate::routes::errors;
use crate::table::{Face, Routes};

/// The public listener's answers.
pub(crate) struct Door {
    app: Arc<App>,
    edge: ArcSwap<Edge>,
    overload: Overload,
    routes: Routes,
}

impl Door {
    /// Puts edge and table before the app.
    pub(crate) fn new(app: Arc<App>, edge: Edge, routes: Routes) -> Arc<Self> {
        let limits = &app.limits;
        let overload = Overload::new(limits.concurrency, limits.queue, limits.queue_timeout);
        Arc::new(Self { app, edge: ArcSwap::from_pointee(edge), overload, routes })
    }

    /// Forgets what need not be remembered.
    pub(crate) fn sweep(&self) {
        self.edge.load().sweep();
    }

    /// Puts other rules in force for the requests that come from now on.
    pub(crate) fn replace_edge(&self, edge: Edge) {
        self.edge.store(Arc::new(edge));
    }

    async fn route(
        &self,
        admitted: Admitted,
        facts: RequestFacts,
        request: Request<Incoming>,
    ) -> (&'static str, Face, Result<Response, ApiError>) {
        let (parts, body) = request.into_parts();
        let face = if is_api(admitted.path.as_str()) { Face::Api } else { Face::Page };
        if face == Face::Api
            && is_preflight(&parts.method, &parts.headers)
            && let Some(answer) = self.edge.load().preflight(&parts.headers)
        {
            return ("preflight", face, Ok(answer));
        }
        let _slot = match self.overload.enter().await {
            Ok(slot) => slot,
            Err(error) => return ("shed", face, Err(error)),
        };
        // INVARIANT: the table ends in rows that catch every path, each behind a guard, so that a
        // stranger is refused on paths nobody serves just as on those somebody does.
        let Some(found) = self.routes.find(&parts.method, admitted.path.as_str()) else {
            return ("none", face, Err(ApiError::no_such_route()));
        };
        let call = Call {
            app: Arc::clone(&self.app),
            at: self.app.clock.now(),
            method: parts.method,
            headers: parts.headers,
            admitted,
            params: found.params,
            facts,
            body: std::sync::Mutex::new(Some(Body::new(body))),
            session: None,
            form: None,
        };
        let limit = self.app.limits.request_timeout;
        let answered = match tokio::time::timeout(limit, (found.row.handler)(call)).await {
            Ok(answered) => answered,
            Err(_) => Err(ApiError::timeout()),
        };
        (found.row.path, found.row.face, answered)
    }
}

impl Answer for Door {
    async fn answer(self: Arc<Self>, peer: SocketAddr, request: Request<Incoming>) -> Response {
        let started = Instant::now();
        let edge = self.edge.load_full();
        let request_id = request_id(&*self.app.entropy);
        let head = request.method() == Method::HEAD;
        let method = static_method(request.method());
        let headers = request.headers().clone();
        let url = request.uri().path_and_query().map_or("", http::uri::PathAndQuery::as_str);
        let facts = RequestFacts::new(self.app.clock.now(), &request_id, request.method().as_str(), url)
            .by_agent(headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()))
            .for_host(headers.get(header::HOST).and_then(|value| value.to_str().ok()));

        let (route, api, mut response) = match edge.admit(peer, &request) {
            Err(refused) => {
                let why = refused.why.as_str();
                self.app.metrics.refused.get_or_create(&Reason { reason: why }).inc();
                let facts = facts.from_ip(Some(refused.client));
                let recorded = self
                    .app
                    .ledger
                    .event(&facts, &audit::EDGE, Outcome::Denied, Durability::Aggregated, |record| {
                        record.reason = vec![why.into()];
                    })
                    .await;
                if let Err(error) = recorded {
                    tracing::error!(request_id, %error, "a refusal at the edge could not be recorded");
                }
                let api = is_api(request.uri().path());
                ("edge", api, refused.error.into_api_response(method, request.uri().path()))
            }
            Ok(admitted) => {
                let facts = facts.from_ip(Some(admitted.client));
                let url = plugin_url(&admitted);
                let (route, face, answered) = self.route(admitted, facts, request).await;
                let response = answered.unwrap_or_else(|error| {
                    error.log(&request_id);
                    match face {
                        Face::Api => error.into_api_response(method, &url),
                        Face::Page => errors::page(&self.app, error, &request_id, &headers),
                    }
                });
                (route, face == Face::Api, response)
            }
        };
        edge.dress(api, &headers, &request_id, &mut response);
        if head {
            *response.body_mut() = Body::empty();
        }
        let labels = Answered { route, method, status: response.status().as_u16() };
        self.app.metrics.requests.get_or_create(&labels).inc();
        self.app.metrics.latency.observe(started.elapsed().as_secs_f64());
        if response.status() >= StatusCode::INTERNAL_SERVER_ERROR {
            tracing::warn!(request_id, route, method, status = response.status().as_u16(), "answered");
        } else {
            tracing::debug!(request_id, route, method, status = response.status().as_u16(), "answered");
        }
        response
    }
}

/// Sixteen random hex digits.
fn request_id(entropy: &dyn model::Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    format!("{:016x}", u64::from_be_bytes(bytes))
}

/// The method as a label: a caller's own inventions are one label.
fn static_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
