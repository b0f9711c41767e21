//! `backend.cors`: which other origins may call the API from a browser.

use std::time::Duration;

/// The CORS answer. Absent means that no other origin may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cors {
    /// Allowed origins.
    pub origins: Vec<OriginPattern>,
    /// `Access-Control-Allow-Methods`.
    pub methods: Vec<String>,
    /// `Access-Control-Allow-Headers`; `None` mirrors what the preflight asks for.
    pub allowed_headers: Option<Vec<String>>,
    /// `Access-Control-Expose-Headers`.
    pub exposed_headers: Vec<String>,
    /// `Access-Control-Allow-Credentials`.
    pub credentials: bool,
    /// `Access-Control-Max-Age`.
    pub max_age: Option<Duration>,
}

/// One origin, `https://host[:port]`; the host may begin with `*.` (any subdomain, at least one
/// label), the port may be `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) subdomains: bool,
    pub(super) port: PortPattern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PortPattern {
    Exactly(Option<u16>),
    Any,
}
