//! A running instance, asked politely: what it answered, for rules to look at.
//!
//! Every request is GET, HEAD or OPTIONS, unless the caller allows more; all go to the one host that was named; their
//! number is bounded. What is asked is in [`ask`]; sending is the caller's [`Transport`].

mod answer;
mod ask;
mod request;
#[cfg(any(test, feature = "fuzz"))]
mod transcript;

use std::fmt;

pub use answer::Answer;
pub use ask::{Options, ask};
pub use request::{Credential, Request};
#[cfg(any(test, feature = "fuzz"))]
pub(crate) use transcript::read as transcript;

/// Sends requests, one at a time, and follows no redirect.
pub trait Transport {
    /// Sends a request to the instance. An error is a phrase: `connection refused`.
    fn send(&mut self, request: &Request) -> Result<Answer, String>;
}

/// What an instance answered.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Its address without a slash at its end: `https://portal.example.com`.
    pub base: String,
    /// Every request and its answer, in order.
    pub exchanges: Vec<Exchange>,
    /// What was not asked, and why.
    pub unasked: Vec<String>,
}

/// A request and what came of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What it was asked for.
    pub purpose: Purpose,
    /// What was sent.
    pub request: Request,
    /// What came back; an error as a phrase.
    pub answer: Result<Answer, String>,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The first page.
    Index,
    /// A route that only somebody signed in should be answered on.
    Route,
    /// A sign-in as a guest.
    Guest,
    /// From another origin.
    Origin,
    /// A path that is written differently.
    Trick,
    /// A proxy endpoint.
    Proxy,
    /// One of many sign-in attempts.
    Burst,
    /// The WebSocket of signals.
    Signals,
    /// Metadata for clients.
    Metadata,
    /// A method that none should use.
    Method,
}

impl Live {
    /// Exchanges for a purpose that were answered.
    pub fn answered(&self, purpose: Purpose) -> impl Iterator<Item = (&Request, &Answer)> {
        self.exchanges
            .iter()
            .filter(move |exchange| exchange.purpose == purpose)
            .filter_map(|exchange| Some((&exchange.request, exchange.answer.as_ref().ok()?)))
    }

    /// Whether strangers reach it without TLS, which a loopback address makes no matter.
    pub fn is_plain(&self) -> bool {
        let Some(rest) = self.base.strip_prefix("http://") else { return false };
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        !matches!(host, "localhost" | "127.0.0.1" | "[")
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Ok(answer) => write!(f, "{} {} → {}", self.request.method, self.request.target, answer.status),
            Err(error) => write!(f, "{} {} → {error}", self.request.method, self.request.target),
        }
    }
}

#[cfg(test)]
mod tests;
