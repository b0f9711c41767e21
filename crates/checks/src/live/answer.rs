//! What came back.

use serde_json::Value as Json;

/// An answer, its body cut off at what the transport takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header field of a name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every header field of a name in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the answer is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether nobody looked at the request: too many of them, or the portal is away.
    pub fn is_away(&self) -> bool {
        matches!(self.status, 429 | 502..=504)
    }

    /// Whether it asks who calls, or sends the caller off to sign in.
    pub fn is_refusal(&self) -> bool {
        matches!(self.status, 401 | 403 | 300..=399)
    }

    /// What kind of body it has, in lower case and without parameters.
    pub fn kind(&self) -> String {
        let kind = self.header("content-type").unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body as JSON, when it says that it is.
    pub fn json(&self) -> Option<Json> {
        if self.kind().contains("json") { serde_json::from_slice(&self.body).ok() } else { None }
    }

    /// The name of the error that it tells of in Backstage's form.
    pub fn error(&self) -> Option<String> {
        Some(self.json()?.pointer("/error/name")?.as_str()?.to_owned())
    }

    /// The body as text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Whether something other than the first page was found: success, and JSON or plain text. The app plugin answers
    /// every unknown path with its page.
    pub fn is_data(&self) -> bool {
        self.is_success() && !self.body.is_empty() && self.kind() != "text/html"
    }

    /// Whether it says no more than another does.
    pub fn is_like(&self, other: &Self) -> bool {
        self.status == other.status && self.kind() == other.kind()
    }
}
