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
    /// A guest, with the token that anybody is given. It is the transport's as well.
    Guest,
}

impl Request {
    /// A stranger's GET.
    pub fn get(target: impl Into<String>) -> Self {
        Self { method: "GET", target: target.into(), headers: Vec::new(), credential: Credential::None }
    }

    /// A stranger's request for a guest's identity.
    pub fn guest() -> Self {
        Self::get("/api/auth/guest/refresh").with("X-Requested-With", "XMLHttpRequest")
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

    /// The same, asked by somebody else.
    #[must_use]
    pub fn by(self, credential: Credential) -> Self {
        Self { credential, ..self }
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The value of a header field that is sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Where a finding about it is.
    pub fn place(&self) -> Place {
        Place::whole(&Arc::from(format!("{} {}", self.method, self.target)))
    }

    /// A line for a shell that sends the same. The token is the variable `$TOKEN`; a guest's is fetched first.
    pub fn curl(&self, base: &str) -> String {
        let mut line = String::new();
        if self.credential == Credential::Guest {
            let fetch = Self::guest().curl(base).replacen("curl -sSi", "curl -sS", 1);
            line = format!("GUEST=$({fetch} | sed 's/.*\"token\":\"\\([^\"]*\\)\".*/\\1/'); ");
        }
        line.push_str("curl -sSi");
        match self.method {
            "GET" => {}
            "HEAD" => line.push_str(" -I"),
            method => line.extend([" -X ", method]),
        }
        // Without it curl resolves dots itself, encoded ones as well.
        let lower = self.path().to_ascii_lowercase();
        if lower.contains("..") || lower.contains("/./") || lower.contains("%2e") {
            line.push_str(" --path-as-is");
        }
        if self.target.contains(['[', ']', '{', '}']) {
            line.push_str(" --globoff");
        }
        // HTTP/2 knows no upgrade, and curl waits for as long as the connection is open.
        if self.header("Upgrade").is_some() {
            line.push_str(" --http1.1 --max-time 5");
        }
        match self.credential {
            Credential::None => {}
            Credential::Token => line.push_str(" -H \"Authorization: Bearer $TOKEN\""),
            Credential::Guest => line.push_str(" -H \"Authorization: Bearer $GUEST\""),
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
