//! A running instance, asked politely: what it answered, for rules to look at.
//!
//! Every request is GET, HEAD or OPTIONS, unless the caller allows more; all go to the one host that was named; their
//! number is bounded. What is asked for is in [`routes`], in which order in [`ask`]; sending is the caller's
//! [`Transport`].

mod answer;
mod ask;
mod page;
mod request;
mod routes;
#[cfg(any(test, feature = "fuzz"))]
mod transcript;

pub use answer::Answer;
pub use ask::{Options, ask};
pub(crate) use page::FirstPage;
pub use request::{Credential, Request};
pub(crate) use routes::PROXY_CONTROL;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) use transcript::read as transcript;

/// Sends requests, one at a time, and follows no redirect.
pub trait Transport {
    /// Sends a request to the instance. An error is a phrase: `connection refused`.
    fn send(&mut self, request: &Request) -> Result<Answer, String>;

    /// Takes the token that any guest is given, for requests of [`Credential::Guest`].
    fn take(&mut self, guest: String);
}

/// What an instance answered.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Its address without a slash at its end: `https://portal.example.com`.
    pub base: String,
    /// Every request and its answer, in order.
    pub exchanges: Vec<Exchange>,
    /// What was not asked, and why.
    pub unasked: Vec<Unasked>,
    /// Why the asking ended early.
    pub cut_short: Option<String>,
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

/// Something that was not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unasked {
    /// What it would have been for.
    pub purpose: Purpose,
    /// Why not.
    pub reason: String,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The first page.
    Index,
    /// A path that nothing serves.
    Control,
    /// A route that only somebody signed in should be answered on.
    Route,
    /// A sign-in as a guest.
    Guest,
    /// A route, with what a guest is given.
    GuestRoute,
    /// From another origin.
    Origin,
    /// A path that is written differently.
    Trick,
    /// A proxy endpoint.
    Proxy,
    /// One of many sign-in attempts.
    Burst,
    /// The start of a sign-in for another origin.
    SignIn,
    /// The start of a sign-in.
    Start,
    /// The WebSocket of signals.
    Signals,
    /// Metadata for clients.
    Metadata,
    /// Whether it is ready.
    Health,
    /// The source map of the main script.
    SourceMap,
    /// A read of a cluster, with the token.
    Cluster,
    /// A method that none should use.
    Method,
}

impl Purpose {
    /// Every one.
    pub const ALL: &[Self] = &[
        Self::Index,
        Self::Control,
        Self::Route,
        Self::Guest,
        Self::GuestRoute,
        Self::Origin,
        Self::Trick,
        Self::Proxy,
        Self::Burst,
        Self::SignIn,
        Self::Start,
        Self::Signals,
        Self::Metadata,
        Self::Health,
        Self::SourceMap,
        Self::Cluster,
        Self::Method,
    ];
    /// What is asked of portals only.
    const LATER: &[Self] = &[
        Self::Guest,
        Self::GuestRoute,
        Self::Trick,
        Self::Proxy,
        Self::Burst,
        Self::SignIn,
        Self::Start,
        Self::Signals,
        Self::Metadata,
        Self::Health,
        Self::SourceMap,
        Self::Cluster,
    ];
}

impl Live {
    /// Exchanges for a purpose that were answered.
    pub fn answered(&self, purpose: Purpose) -> impl Iterator<Item = (&Request, &Answer)> {
        self.exchanges
            .iter()
            .filter(move |exchange| exchange.purpose == purpose)
            .filter_map(|exchange| Some((&exchange.request, exchange.answer.as_ref().ok()?)))
    }

    /// Whether an answer says more than one to a path that nothing serves.
    pub fn says_more(&self, answer: &Answer) -> bool {
        self.answered(Purpose::Control).all(|(_, control)| !answer.is_like(control))
    }

    /// Whether an answer is data of the portal.
    pub fn is_data(&self, answer: &Answer) -> bool {
        answer.is_data() && self.says_more(answer)
    }

    /// Requests that nobody looked at, and what came back.
    pub fn unanswered(&self) -> impl Iterator<Item = (String, String)> {
        self.exchanges.iter().filter_map(|exchange| {
            let why = match &exchange.answer {
                Ok(answer) if answer.is_away() && exchange.purpose != Purpose::Burst => {
                    format!("answered {}", answer.status)
                }
                Ok(_) => return None,
                Err(error) => error.clone(),
            };
            Some((format!("{} {}", exchange.request.method, exchange.request.target), why))
        })
    }

    /// The host that was asked, without its port.
    pub fn host(&self) -> &str {
        let rest = self.base.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        match authority.strip_prefix('[') {
            Some(address) => authority.get(..address.find(']').map_or(0, |at| at + 2)).unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        }
    }

    /// Whether it is on the machine that asks.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || is_127(host)
    }

    /// Whether strangers reach it without TLS, which a loopback address makes no matter.
    pub fn is_plain(&self) -> bool {
        self.base.starts_with("http://") && !self.is_loopback()
    }
}

fn is_127(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
