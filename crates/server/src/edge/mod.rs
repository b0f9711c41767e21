//! The edge: everything that is refused before anybody asks who it is.
//!
//! A request comes out with a canonical path, a client address we believe, and within every bound.
//! What follows never looks at the raw request line again, so there is no second reading of it to
//! disagree with this one.

mod address;
mod cors;
mod headers;
mod host;
mod overload;
mod rate;
mod sources;

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, Method, Request, header};
use untrusted::request_path::RequestPath;

pub(crate) use address::rate_key;
pub(crate) use cors::{Cors, is_preflight};
pub(crate) use headers::{PAGE_POLICY, SecurityHeaders};
pub(crate) use host::Hosts;
pub(crate) use overload::Overload;
pub(crate) use rate::Limiter;
pub(crate) use sources::Sources;

use crate::error::ApiError;

/// Where an orchestrator probes: by address, whatever the load.
const HEALTH: &str = "/.backstage/health/";

/// The edge's rules, made once from the settings.
pub(crate) struct Edge {
    hosts: Hosts,
    trusted_proxies: Vec<ipnet::IpNet>,
    sources: Sources,
    methods: Vec<Method>,
    target_bytes: usize,
    header_bytes: usize,
    general: Limiter,
    sign_in: Limiter,
    cors: Option<Cors>,
    api_headers: SecurityHeaders,
    page_headers: SecurityHeaders,
}

/// A request that passed the edge.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    /// The client's address, from trusted proxies only.
    pub(crate) client: IpAddr,
    /// The canonical path and the raw query.
    pub(crate) path: RequestPath,
    /// The host the request names, already checked.
    pub(crate) host: Option<String>,
}

/// Why the edge refused, as metrics and the audit log count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum EdgeRefusal {
    /// A path with a trick in it.
    Path,
    /// A method that is not served.
    Method,
    /// Headers over their bound.
    Headers,
    /// A client address that may not ask.
    Source,
    /// A host that is not ours.
    Host,
    /// Over the rate.
    Rate,
}

impl EdgeRefusal {
    /// The word in records and metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Method => "method",
            Self::Headers => "headers",
            Self::Source => "source",
            Self::Host => "host",
            Self::Rate => "rate",
        }
    }
}

/// The request was refused: what the caller is told, and for what.
pub(crate) struct Refused {
    pub(crate) client: IpAddr,
    pub(crate) why: EdgeRefusal,
    pub(crate) error: ApiError,
}

impl Edge {
    /// Makes the rules.
    pub(crate) fn new(settings: &config::Settings) -> Self {
        let edge = &settings.edge;
        let mut sources = Sources::default();
        for rule in &edge.allowed_sources {
            sources.add(&rule.paths, &rule.sources);
        }
        let hosts = match settings.mode {
            config::Mode::Development => Hosts::Loopback,
            config::Mode::Production => {
                Hosts::of_urls(std::iter::once(&settings.base_url).chain(&settings.app_base_url))
            }
        };
        let csp = settings.csp.iter().map(ToString::to_string).collect::<Vec<_>>().join(";");
        let limiter = |rate: config::Rate| Limiter::new(rate.requests, rate.window);
        Self {
            hosts,
            trusted_proxies: edge.trusted_proxies.clone(),
            sources,
            methods: edge
                .methods
                .iter()
                .filter_map(|name| Method::from_bytes(name.as_bytes()).ok())
                .collect(),
            target_bytes: edge.limits.target_bytes,
            header_bytes: edge.limits.header_bytes,
            general: limiter(edge.rate_limits.general),
            sign_in: limiter(edge.rate_limits.auth),
            cors: settings.cors.as_ref().map(Cors::new),
            api_headers: SecurityHeaders::new(&csp, &settings.referrer_policy),
            page_headers: SecurityHeaders::new(PAGE_POLICY, &settings.referrer_policy),
        }
    }

    /// Lets a request in, or says why not.
    ///
    /// The order matters: cheap and certain refusals first; the rate is counted for refused requests
    /// too, so that guessing at the door is slow.
    pub(crate) fn admit<B>(&self, peer: SocketAddr, request: &Request<B>) -> Result<Admitted, Refused> {
        let headers = request.headers();
        let client = address::client_address(peer.ip(), headers, &self.trusted_proxies);
        let refuse = |why, error| Refused { client, why, error };
        self.general.check(client).map_err(|wait| refuse(EdgeRefusal::Rate, ApiError::too_many(wait)))?;
        if !self.methods.contains(request.method()) {
            return Err(refuse(EdgeRefusal::Method, ApiError::method_not_allowed()));
        }
        // The connection's own bound is on its buffer, which may run over by what one read brings.
        let head = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>();
        if head > self.header_bytes {
            return Err(refuse(EdgeRefusal::Headers, ApiError::headers_too_large(self.header_bytes)));
        }
        let path = self.canonical(request).map_err(|error| refuse(EdgeRefusal::Path, error))?;
        if !is_health(path.as_str()) && !self.hosts.allows(request.uri(), headers) {
            return Err(refuse(EdgeRefusal::Host, ApiError::misdirected()));
        }
        if !self.sources.allows(path.as_str(), client) {
            let text = "Requests from this address are not served here";
            return Err(refuse(EdgeRefusal::Source, ApiError::not_allowed(text)));
        }
        if begins_a_sign_in(path.as_str()) {
            self.sign_in.check(client).map_err(|wait| refuse(EdgeRefusal::Rate, ApiError::too_many(wait)))?;
        }
        let host = headers
            .get(header::HOST)
            .and_then(|value| value.to_str().ok())
            .or_else(|| request.uri().authority().map(http::uri::Authority::as_str))
            .map(str::to_owned);
        Ok(Admitted { client, path, host })
    }

    /// Counts what was tried in vain beneath `/api/auth`, or says how many seconds to wait.
    ///
    /// What is good is never counted there: the backends beside us ask for all their users from one address, and so do the
    /// people of an office.
    pub(crate) fn failed(&self, client: IpAddr, path: &str) -> Result<(), u32> {
        if is_auth(path) && !begins_a_sign_in(path) { self.sign_in.check(client) } else { Ok(()) }
    }

    fn canonical<B>(&self, request: &Request<B>) -> Result<RequestPath, ApiError> {
        let uri = request.uri();
        // HTTP/2 always carries scheme and authority in their own fields; in HTTP/1 they mean that
        // the request line was in absolute form, which only proxies are sent.
        if request.version() < http::Version::HTTP_2 && uri.authority().is_some() {
            return Err(ApiError::input("the request target must be a path, not a whole URL"));
        }
        let target = uri.path_and_query().map_or("", http::uri::PathAndQuery::as_str);
        if target.len() > self.target_bytes {
            let text = format!("the request target is longer than {} bytes", self.target_bytes);
            return Err(ApiError::input(text));
        }
        RequestPath::parse(target.as_bytes()).map_err(|refused| ApiError::input(refused.to_string()))
    }

    /// The answer to a CORS preflight, where CORS is configured.
    pub(crate) fn preflight(&self, headers: &HeaderMap) -> Option<Response> {
        self.cors.as_ref().map(|cors| cors.preflight(headers))
    }

    /// Puts on an answer what every answer carries.
    pub(crate) fn dress(
        &self,
        api: bool,
        request: &HeaderMap,
        request_id: &str,
        answer: &mut Response<Body>,
    ) {
        let headers = answer.headers_mut();
        if api { &self.api_headers } else { &self.page_headers }.apply(headers);
        if let Some(cors) = self.cors.as_ref().filter(|_| api) {
            cors.decorate(request, headers);
        }
        if let Ok(value) = request_id.parse() {
            headers.insert("x-request-id", value);
        }
    }

    /// Forgets what need not be remembered; called now and then.
    pub(crate) fn sweep(&self) {
        self.general.sweep();
        self.sign_in.sweep();
    }
}

/// Whether the path is where sign-ins begin: our own page, the way to a provider, and the way back.
fn begins_a_sign_in(path: &str) -> bool {
    let is = |segment: Option<&str>, word: &str| segment.is_some_and(|one| one.eq_ignore_ascii_case(word));
    let mut segments = path.split('/').skip(1);
    let first = segments.next();
    let way = segments.nth(2);
    is(first, "sign-in") || (is_auth(path) && (is(way, "start") || is(way, "handler")))
}

/// Whether the path is one of the auth plugin's.
fn is_auth(path: &str) -> bool {
    const AUTH: &str = "/api/auth";
    path.get(..AUTH.len()).is_some_and(|head| head.eq_ignore_ascii_case(AUTH))
        && matches!(path.as_bytes().get(AUTH.len()), None | Some(b'/'))
}

/// Whether the path is one that an orchestrator probes. It is answered whatever host the request
/// names, and under load.
pub(crate) fn is_health(path: &str) -> bool {
    path.starts_with(HEALTH)
}

/// Whether a path belongs to the API, and its refusals are JSON.
pub(crate) fn is_api(path: &str) -> bool {
    path.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("/api"))
        && matches!(path.as_bytes().get(4), None | Some(b'/'))
}
