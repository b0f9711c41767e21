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

    /// The body as JSON, when it says that it is.
    pub fn json(&self) -> Option<Json> {
        let is_json =
            self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
        if is_json { serde_json::from_slice(&self.body).ok() } else { None }
    }

    /// The body as text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Whether something other than the first page was found: success, and JSON or plain text. The app plugin answers
    /// every unknown path with its page.
    pub fn is_data(&self) -> bool {
        self.is_success() && !self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
    }
}
