//! What is sent.

use std::sync::Arc;

use crate::Place;

/// A request without a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its method.
    pub method: &'static str,
    /// The path and query, sent as they are.
    pub target: String,
    /// Header fields beyond those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// Who asks.
    pub credential: Credential,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A stranger.
    None,
    /// Whoever the token belongs to. The token is the transport's.
    Token,
}

impl Request {
    /// A stranger's GET.
    pub fn get(target: impl Into<String>) -> Self {
        Self { method: "GET", target: target.into(), headers: Vec::new(), credential: Credential::None }
    }

    /// The same with a header field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with another method.
    #[must_use]
    pub fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    /// The same with the token.
    #[must_use]
    pub fn with_token(self) -> Self {
        Self { credential: Credential::Token, ..self }
    }

    /// Where a finding about it is.
    pub fn place(&self) -> Place {
        Place::whole(&Arc::from(format!("{} {}", self.method, self.target)))
    }

    /// A line for a shell that sends the same. The token is the variable `$TOKEN`.
    pub fn curl(&self, base: &str) -> String {
        let mut line = "curl -sSi".to_owned();
        match self.method {
            "GET" => {}
            "HEAD" => line.push_str(" -I"),
            method => line.extend([" -X ", method]),
        }
        // Without it curl resolves `..` itself.
        if self.target.contains("..") || self.target.contains("/./") {
            line.push_str(" --path-as-is");
        }
        if self.credential == Credential::Token {
            line.push_str(" -H \"Authorization: Bearer $TOKEN\"");
        }
        for (name, value) in &self.headers {
            line.extend([" -H ", &quoted(&format!("{name}: {value}"))]);
        }
        line.push(' ');
        line.push_str(&quoted(&format!("{base}{}", self.target)));
        line
    }
}

/// For a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
