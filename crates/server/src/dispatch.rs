//! From an accepted request to its answer: edge, place, row, guard, handler, headers.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::body::Body;
use axum::response::Response;
use futures_util::FutureExt as _;
use http::{Method, Request, StatusCode, header};
use hyper::body::Incoming;
use policy::{Durability, Outcome, RequestFacts};
use tokio::time::Instant;

use crate::app::App;
use crate::audit;
use crate::call::{Call, Viewer, plugin_url};
use crate::edge::{Admitted, Edge, EdgeRefusal, Overload, Refused, is_api, is_health, is_preflight};
use crate::error::ApiError;
use crate::listen::Answer;
use crate::masks::Masks;
use crate::metrics::{Answered, Reason};
use crate::routes::errors;
use crate::table::{self, Face, Routes};

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

    /// Finds the row and lets it answer, within the bounds on work and time.
    async fn route(
        &self,
        admitted: Admitted,
        facts: RequestFacts,
        viewer: &Arc<OnceLock<Viewer>>,
        request: Request<Incoming>,
    ) -> (&'static str, Face, table::Answered) {
        let (parts, body) = request.into_parts();
        let path = admitted.path.as_str();
        let face = if is_api(path) { Face::Api } else { Face::Page };
        if face == Face::Api
            && is_preflight(&parts.method, &parts.headers)
            && let Some(answer) = self.edge.load().preflight(&parts.headers)
        {
            return ("preflight", face, Ok(answer));
        }
        // An orchestrator that is told "busy" would kill a server for being busy.
        let _slot = if is_health(path) {
            None
        } else {
            match self.overload.enter().await {
                Ok(slot) => Some(slot),
                Err(error) => return ("shed", face, Err(error)),
            }
        };
        let (client, tried) = (admitted.client, path.to_owned());
        let found = self.routes.find(&parts.method, path);
        let deadline = Instant::now() + self.app.limits.request_timeout;
        let call = Call {
            app: Arc::clone(&self.app),
            at: self.app.clock.now(),
            deadline,
            method: parts.method,
            headers: parts.headers,
            admitted,
            params: masked(found.params, &self.app.masks),
            facts,
            body: std::sync::Mutex::new(Some(Body::new(body))),
            session: None,
            form: None,
            viewer: Arc::clone(viewer),
        };
        let answered = finished((found.row.handler)(call), deadline).await;
        (found.row.path, found.row.face, self.counted(client, &tried, answered))
    }

    /// Counts an answer that refuses what was tried, a credential or the name of a provider; over the rate it is no answer any
    /// more.
    fn counted(&self, client: IpAddr, path: &str, answered: table::Answered) -> table::Answered {
        let refuses = match &answered {
            Ok(response) => response.status() == StatusCode::UNAUTHORIZED,
            Err(error) => error.refuses_a_credential() || error.status() == StatusCode::NOT_FOUND,
        };
        match refuses.then(|| self.edge.load().failed(client, path)) {
            Some(Err(wait)) => {
                let reason = EdgeRefusal::Rate.as_str();
                self.app.metrics.refused.get_or_create(&Reason { reason }).inc();
                Err(ApiError::too_many(wait))
            }
            _ => answered,
        }
    }

    /// Answers what the edge refused, and records that within the strangers' budget.
    async fn refuse(
        &self,
        refused: Refused,
        facts: RequestFacts,
        method: &'static str,
        url: &str,
        request_id: &str,
    ) -> Response {
        let why = refused.why.as_str();
        self.app.metrics.refused.get_or_create(&Reason { reason: why }).inc();
        let facts = facts.from_ip(Some(refused.client));
        let recorded =
            self.app.ledger.event(&facts, &audit::EDGE, Outcome::Denied, Durability::Aggregated, |record| {
                record.reason = vec![why.into()];
            });
        match tokio::time::timeout(self.app.limits.request_timeout, recorded).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(request_id, %error, "a refusal at the edge could not be recorded");
            }
            Err(_) => tracing::error!(request_id, "a refusal at the edge was not recorded in time"),
        }
        let masks = &self.app.masks;
        refused.error.masked(masks).into_api_response(method, &masks.text(url))
    }

    fn error(
        &self,
        face: Face,
        error: ApiError,
        method: &'static str,
        url: &str,
        page: &errors::Failed<'_>,
    ) -> Response {
        error.log(page.request_id);
        let masks = &self.app.masks;
        let error = error.masked(masks);
        match face {
            Face::Api | Face::Limited => error.into_api_response(method, &masks.text(url)),
            Face::Page => errors::page(&self.app, &error, page),
        }
    }
}

/// What a handler makes of a request, or why it could not. A panic ends one request, not the
/// connection with everybody else's; the panic hook has printed where it was.
async fn finished(handler: impl Future<Output = table::Answered>, deadline: Instant) -> table::Answered {
    /// A body that does not arrive is told first, as what it is.
    const MOMENT: Duration = Duration::from_millis(100);
    match tokio::time::timeout_at(deadline + MOMENT, AssertUnwindSafe(handler).catch_unwind()).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(_)) => Err(ApiError::internal("the handler panicked")),
        Err(_) => Err(ApiError::unavailable("The request could not be answered in time", 5)),
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
        let facts = facts(self.app.clock.now(), &request_id, &request, &self.app.masks);
        let (route, api, mut response) = match edge.admit(peer, &request) {
            Err(refused) => {
                let uri = request.uri();
                let response = self.refuse(refused, facts, method, plugin_url(uri), &request_id).await;
                ("edge", is_api(uri.path()), response)
            }
            Ok(admitted) => {
                let facts = facts.from_ip(Some(admitted.client));
                let url = plugin_url(request.uri()).to_owned();
                let back = page_to_come_back_to(&request);
                let viewer = Arc::default();
                let (route, face, answered) = self.route(admitted, facts, &viewer, request).await;
                let response = answered.unwrap_or_else(|error| {
                    let page = errors::Failed {
                        request_id: &request_id,
                        headers: &headers,
                        path: &back,
                        viewer: viewer.get(),
                    };
                    self.error(face, error, method, &url, &page)
                });
                (route, face != Face::Page, response)
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

/// A page that somebody was looking for, to go on to after signing in; the catalog's where it is none.
fn page_to_come_back_to(request: &Request<Incoming>) -> String {
    let asked = request.uri().path_and_query().map_or("", http::uri::PathAndQuery::as_str);
    let is_page = request.method() == Method::GET && !asked.starts_with("/sign-");
    let page = crate::pages::Href::back(asked).filter(|_| is_page && asked != "/");
    page.map_or_else(|| crate::pages::paths::CATALOG.to_owned(), |page| page.as_str().to_owned())
}

/// The parts of a path that say which thing is meant, without secrets: answers and records repeat them,
/// folded to lower case, in which no secret is known again. Nothing is called like that.
fn masked(mut params: Vec<(String, String)>, masks: &Masks) -> Vec<(String, String)> {
    for (_, value) in &mut params {
        masks.mask(value);
    }
    params
}

/// What audit records say of the request. Callers put secrets into all of it, so it is masked before it
/// is cut to its bounds: half a secret is not known any more.
fn facts(at: model::Timestamp, request_id: &str, request: &Request<Incoming>, masks: &Masks) -> RequestFacts {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let text = |name| text(name).map(|text| masks.text(text));
    let url = request.uri().path_and_query().map_or("", http::uri::PathAndQuery::as_str);
    RequestFacts::new(at, request_id, &masks.text(request.method().as_str()), &masks.text(url))
        .by_agent(text(header::USER_AGENT).as_deref())
        .for_host(text(header::HOST).as_deref())
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn status(handler: impl Future<Output = table::Answered>) -> (u16, Option<u32>) {
        let error = finished(handler, Instant::now()).await.expect_err("it does not answer");
        (error.status().as_u16(), error.retry_after())
    }

    #[tokio::test]
    async fn a_handler_that_panics_or_hangs_is_answered() {
        assert_eq!(status(async { panic!("a mistake of ours") }).await, (500, None));
        assert_eq!(status(std::future::pending()).await, (503, Some(5)));
    }
}
