//! What an audit record says of the request that led to it.

use std::net::IpAddr;

use model::Timestamp;

/// The request behind a decision. Texts are cut to a bound and secrets in the query are left out when
/// it is made, so that no caller can forget to.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    pub(crate) at: Timestamp,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) hostname: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: String,
}

impl RequestFacts {
    /// Ties records to the server's other logs.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Longest URL kept, in bytes.
    pub const MAX_URL: usize = 1024;
    /// Longest method, host name, user agent or request id kept, in bytes.
    pub const MAX_TEXT: usize = 256;

    /// A request that came at `at`. `url` is its path and query as the caller wrote them.
    pub fn new(at: Timestamp, request_id: &str, method: &str, url: &str) -> Self {
        Self {
            at,
            method: cut(method, Self::MAX_TEXT),
            url: redacted(url),
            ip: None,
            hostname: None,
            user_agent: None,
            request_id: cut(request_id, Self::MAX_TEXT),
        }
    }

    /// The client's address, as the edge established it.
    #[must_use]
    pub fn from_ip(mut self, ip: Option<IpAddr>) -> Self {
        self.ip = ip;
        self
    }

    /// The host the request asked for.
    #[must_use]
    pub fn for_host(mut self, hostname: Option<&str>) -> Self {
        self.hostname = hostname.map(|text| cut(text, Self::MAX_TEXT));
        self
    }

    /// The `User-Agent` header.
    #[must_use]
    pub fn by_agent(mut self, user_agent: Option<&str>) -> Self {
        self.user_agent = user_agent.map(|text| cut(text, Self::MAX_TEXT));
        self
    }
}

/// Query parameters whose values are kept. All others may carry a token, and are masked.
const PLAIN_PARAMETERS: &[&str] = &[
    "filter",
    "fields",
    "facet",
    "limit",
    "offset",
    "order",
    "orderField",
    "fullTextFilterTerm",
    "fullTextFilterFields",
    "kind",
    "type",
    "owner",
    "lifecycle",
    "tag",
    "page",
];

fn redacted(url: &str) -> String {
    let Some((path, query)) = url.split_once('?') else {
        return cut(url, RequestFacts::MAX_URL);
    };
    let mut kept = String::with_capacity(url.len().min(2 * RequestFacts::MAX_URL));
    kept.push_str(path);
    let mut mark = '?';
    for pair in query.split('&') {
        if kept.len() > RequestFacts::MAX_URL {
            break;
        }
        kept.push(mark);
        mark = '&';
        match pair.split_once('=') {
            Some((name, _)) if !PLAIN_PARAMETERS.contains(&name) => {
                kept.push_str(name);
                kept.push_str("=…");
            }
            Some(_) => kept.push_str(pair),
            // Without a name it may be a bare token.
            None if pair.is_empty() || PLAIN_PARAMETERS.contains(&pair) => kept.push_str(pair),
            None => kept.push('…'),
        }
    }
    cut(&kept, RequestFacts::MAX_URL)
}

/// The text, or its beginning and an ellipsis.
fn cut(text: &str, max: usize) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(max)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_of_unknown_parameters_are_masked() {
        assert_eq!(redacted("/a?token=abc&filter=kind=api&x"), "/a?token=…&filter=kind=api&…");
        assert_eq!(redacted("/a"), "/a");
        assert_eq!(redacted("/a?abc"), "/a?…");
        assert_eq!(redacted("/a?Filter=abc"), "/a?Filter=…");
    }

    proptest! {
        #[test]
        fn what_is_kept_is_bounded(url in "(/[a-zé]{0,9}[?&=]?){0,400}") {
            let facts = RequestFacts::new(Timestamp::UNIX_EPOCH, "1", "GET", &url);
            prop_assert!(facts.url.len() <= RequestFacts::MAX_URL + '…'.len_utf8());
        }
    }
}
