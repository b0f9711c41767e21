//! The one way out: every request that the server makes on somebody's behalf goes through here.
//!
//! A URL must be on the operator's list; its host is resolved once and every address checked before a
//! connection is made; each redirect is a new URL with all the same questions; a token goes to the
//! origin it was configured for and nowhere else; time and bytes are bounded.
//!
//! Identity providers are called by a [`Partner`] each, which follows no redirect and reaches, besides the public
//! internet, only the hosts that the operator named for that one provider.

mod allow;
mod client;
mod credentials;
mod partner;
mod resolve;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use config::{Integration, ReadAllow};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::SafeUrl;
use untrusted::net::Host;
use url::Url;

use self::allow::{AllowList, Reach};
use self::client::{Broken, broken, client};
use self::credentials::Credentials;
pub(crate) use self::partner::{Call, CallError, Method, Partner, Reply};
use self::resolve::{Refused, check};

const REDIRECTS: usize = 5;
/// For the whole answer, and for each piece of it.
const WHOLE: Duration = Duration::from_mins(1);
const PIECE: Duration = Duration::from_secs(20);

/// The client for requests to others.
#[derive(Clone, Debug)]
pub(crate) struct Egress {
    client: reqwest::Client,
    allow: Arc<AllowList>,
    credentials: Arc<Credentials>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) url: &'a Url,
    /// Media type to ask for.
    pub(crate) accept: &'static str,
    /// `ETag` of the version we have.
    pub(crate) validator: Option<&'a str>,
    /// Most bytes to take, decompressed.
    pub(crate) limit: usize,
}

/// What came.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A body and its `ETag`.
    Body(Bytes, Option<Arc<str>>),
    /// The version we have is still the one.
    Unchanged,
}

/// Why nothing came. URLs in these texts have neither credentials nor queries.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EgressError {
    /// The list does not have it.
    #[error(
        "Reading from '{0}' is not allowed. You may need to configure an integration for the target host, or add it to the configured list of allowed hosts at 'backend.reading.allow'"
    )]
    NotListed(SafeUrl),
    /// The host is at an address that may not be called.
    #[error("Reading from '{0}' is not allowed: {1}")]
    Address(SafeUrl, String),
    /// A redirect that may not be followed.
    #[error("Reading from '{0}' is not allowed: it is a redirect from https to http")]
    Downgrade(SafeUrl),
    /// Redirects without end.
    #[error("Too many redirects (max {REDIRECTS}) when reading {0}")]
    Redirects(SafeUrl),
    /// The server says that there is nothing.
    #[error("could not read {0}, 404 Not Found")]
    NotFound(SafeUrl),
    /// Any other answer.
    #[error("could not read {0}, {1}")]
    Status(SafeUrl, StatusCode),
    /// More than we take.
    #[error("could not read {0}, it has more than {1} bytes")]
    TooLarge(SafeUrl, usize),
    /// No answer.
    #[error("could not read {0}, {1}")]
    Transport(SafeUrl, &'static str, #[source] reqwest::Error),
}

impl Egress {
    /// A client under these settings.
    pub(crate) fn new(reading: &[ReadAllow], integrations: &[Integration]) -> Self {
        let allow = Arc::new(AllowList::new(reading, integrations));
        let client = client(Arc::clone(&allow), PIECE, WHOLE);
        Self { client, allow, credentials: Arc::new(Credentials::new(integrations)) }
    }

    /// Reads a URL.
    pub(crate) async fn fetch(&self, ask: Ask<'_>) -> Result<Answer, EgressError> {
        let mut url = ask.url.clone();
        for _ in 0..=REDIRECTS {
            self.permit(&url)?;
            let response = self
                .client
                .get(url.clone())
                .headers(self.headers(&url, ask))
                .send()
                .await
                .map_err(|error| refused(&url, error))?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && ask.validator.is_some() {
                return Ok(Answer::Unchanged);
            }
            if status.is_success() {
                let etag = response.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok());
                let etag: Option<Arc<str>> = etag.map(Arc::from);
                return Ok(Answer::Body(body(response, &url, ask.limit).await?, etag));
            }
            url = next(&url, status, response.headers())?;
        }
        Err(EgressError::Redirects(SafeUrl::from(ask.url.clone())))
    }

    /// Whether a URL may be called, as far as can be seen before its name is resolved.
    fn permit(&self, url: &Url) -> Result<(), EgressError> {
        let safe = || SafeUrl::from(url.clone());
        let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https"));
        let host = host.ok_or_else(|| EgressError::NotListed(safe()))?;
        // Names in a URL would be sent as credentials that nobody configured.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::Address(safe(), "it carries credentials".to_owned()));
        }
        let reach = self.allow.permits(url).ok_or_else(|| EgressError::NotListed(safe()))?;
        // The client does not ask the resolver about addresses.
        if let Ok(Host::Address(address)) = Host::parse(host) {
            check(host, address, reach == Reach::Named)
                .map_err(|refused| EgressError::Address(safe(), how_to_read(&refused)))?;
        }
        Ok(())
    }

    fn headers(&self, url: &Url, ask: Ask<'_>) -> HeaderMap {
        let mut headers = self.credentials.headers(url);
        headers.insert(header::ACCEPT, HeaderValue::from_static(ask.accept));
        let validator = ask.validator.and_then(|validator| HeaderValue::from_str(validator).ok());
        headers.extend(validator.map(|validator| (header::IF_NONE_MATCH, validator)));
        headers
    }
}

/// Where a redirect leads.
fn next(url: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Url, EgressError> {
    let safe = || SafeUrl::from(url.clone());
    let moved = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let target = headers.get(header::LOCATION).filter(|_| moved).and_then(|target| target.to_str().ok());
    let Some(target) = target.and_then(|target| url.join(target).ok()) else {
        return Err(match status {
            StatusCode::NOT_FOUND => EgressError::NotFound(safe()),
            _ => EgressError::Status(safe(), status),
        });
    };
    if url.scheme() == "https" && target.scheme() != "https" {
        return Err(EgressError::Downgrade(SafeUrl::from(target)));
    }
    Ok(target)
}

async fn body(mut response: reqwest::Response, url: &Url, limit: usize) -> Result<Bytes, EgressError> {
    let mut whole = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(|error| refused(url, error))? {
        if whole.len() + piece.len() > limit {
            return Err(EgressError::TooLarge(SafeUrl::from(url.clone()), limit));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

fn refused(url: &Url, error: reqwest::Error) -> EgressError {
    let safe = SafeUrl::from(url.clone());
    match broken(error) {
        Broken::Refused(refused) => EgressError::Address(safe, how_to_read(&refused)),
        Broken::Transport(what, error) => EgressError::Transport(safe, what, error),
    }
}

fn how_to_read(refused: &Refused) -> String {
    format!("{refused}; to read from there, list exactly this host in backend.reading.allow")
}

#[cfg(test)]
mod tests;
