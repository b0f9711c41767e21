//! Proxies before us that sign what they say: whoever else sends such a header says nothing.

mod alb;
mod assertion;
#[cfg(test)]
mod tests;

use std::time::Duration;

use http::HeaderMap;
use model::Timestamp;

pub use self::alb::Alb;
pub use self::assertion::Assertion;
use super::{Grant, ProviderError, Refusal};

/// A proxy that signs people in.
pub enum ProxyProvider {
    /// A load balancer of Amazon's.
    Alb(Box<Alb>),
    /// One that hands on a token like an ID token: Google's, Cloudflare's, oauth2-proxy.
    Assertion(Box<Assertion>),
}

impl ProxyProvider {
    /// Who is behind a request.
    pub async fn identify(&self, headers: &HeaderMap, now: Timestamp) -> Result<Grant, ProviderError> {
        match self {
            Self::Alb(alb) => alb.identify(headers, now).await,
            Self::Assertion(assertion) => assertion.identify(headers, now).await,
        }
    }
}

/// The header's value, if there is exactly one: of two, one may be the caller's.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| Refusal::NoHeader),
        _ => Err(Refusal::NoHeader),
    }
}

/// How long a proxy's word holds.
fn remaining(until: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(until - now).unwrap_or_default()
}
