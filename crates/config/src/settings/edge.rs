//! `stagedoor.edge`: what is refused before anybody asks who it is.

use std::time::Duration;

use ipnet::IpNet;

/// The edge's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeSettings {
    /// Whose `X-Forwarded-For` is believed. Always empty in development.
    pub trusted_proxies: Vec<IpNet>,
    /// Who may call which paths; a path that no rule names is open to every address.
    pub allowed_sources: Vec<SourceRule>,
    /// Methods let through, upper case.
    pub methods: Vec<String>,
    /// Bounds on size, time and number.
    pub limits: Limits,
    /// Requests per client address.
    pub rate_limits: RateLimits,
}

/// Who may call some paths. A request must satisfy every rule that names its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRule {
    /// Path prefixes at segment boundaries; empty for all paths.
    pub paths: Vec<String>,
    /// Client addresses.
    pub sources: Vec<IpNet>,
}

/// Bounds on what one client, and all of them, may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's head.
    pub header_bytes: usize,
    /// Header fields of a request.
    pub header_count: usize,
    /// Bytes of a request's target.
    pub target_bytes: usize,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Time for a whole head to arrive.
    pub header_timeout: Duration,
    /// Time for a request to be answered.
    pub request_timeout: Duration,
    /// Time a connection may stay silent.
    pub idle_timeout: Duration,
    /// Requests worked on at once.
    pub concurrency: usize,
    /// Requests that wait when all places are taken; more are answered 503.
    pub queue: usize,
    /// How long one waits before it is answered 503.
    pub queue_timeout: Duration,
    /// Open connections.
    pub connections: usize,
    /// Open connections of one client address.
    pub connections_per_address: usize,
}

/// Requests per client address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Everything.
    pub general: Rate,
    /// `/api/auth/*` and sign-in, beside the general one.
    pub auth: Rate,
}

/// So many in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many; at least 1.
    pub requests: u32,
    /// In what time; more than zero.
    pub window: Duration,
}
