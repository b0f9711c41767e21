//! Location references, `type:target`, as the managed-by annotations carry them.

use std::fmt;

/// Where an entity was read: a type (`url`, `file`, …) and a target.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocationRef {
    kind: String,
    target: String,
}

/// Why a string is no location reference. The texts are the reference implementation's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocationRefError {
    /// No colon, or nothing on one side of it.
    #[error("Unable to parse location ref '{0}', expected '<type>:<target>', e.g. 'url:https://host/path'")]
    Form(String),
    /// A bare URL.
    #[error("Invalid location ref '{0}', please prefix it with 'url:', e.g. 'url:{0}'")]
    BareUrl(String),
    /// A target that a browser would run.
    #[error("Invalid location ref '{0}', target is a javascript: URL")]
    Script(String),
}

impl LocationRef {
    /// Parses `type:target`, splitting at the first colon and trimming both sides.
    pub fn parse(text: &str) -> Result<Self, LocationRefError> {
        let form = || LocationRefError::Form(text.to_owned());
        let (kind, target) = text.split_once(':').ok_or_else(form)?;
        let (kind, target) = (kind.trim(), target.trim());
        if kind.is_empty() || target.is_empty() {
            return Err(form());
        }
        Self::new(kind, target).map_err(|error| match error {
            LocationRefError::Form(_) => form(),
            LocationRefError::BareUrl(_) => LocationRefError::BareUrl(text.to_owned()),
            LocationRefError::Script(_) => LocationRefError::Script(text.to_owned()),
        })
    }

    /// Builds a ref from its two parts.
    pub fn new(kind: &str, target: &str) -> Result<Self, LocationRefError> {
        let whole = || format!("{kind}:{target}");
        if kind.is_empty() || target.is_empty() {
            return Err(LocationRefError::Form(whole()));
        }
        if kind == "http" || kind == "https" {
            return Err(LocationRefError::BareUrl(whole()));
        }
        if is_script_url(target) {
            return Err(LocationRefError::Script(whole()));
        }
        Ok(Self { kind: kind.to_owned(), target: target.to_owned() })
    }

    /// The type, for example `url` or `file`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The target: a URL, a path.
    pub fn target(&self) -> &str {
        &self.target
    }
}

impl fmt::Display for LocationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.target)
    }
}

/// Whether a browser would read `text` as a `javascript:` URL.
///
/// Browsers strip leading control characters and spaces, and tabs and line breaks anywhere in the
/// scheme, so `\u{1}java\nscript:` runs too.
pub fn is_script_url(text: &str) -> bool {
    let mut letters = text
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .map(|c| c.to_ascii_lowercase());
    "javascript:".chars().all(|wanted| letters.next() == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first_colon_and_trims() {
        let found = LocationRef::parse(" url : https://h/p ").expect("a location");
        assert_eq!((found.kind(), found.target()), ("url", "https://h/p"));
        assert_eq!(found.to_string(), "url:https://h/p");
    }

    #[test]
    fn refuses_what_is_no_location() {
        assert!(matches!(LocationRef::parse("zzz"), Err(LocationRefError::Form(_))));
        assert!(matches!(LocationRef::parse("https://h/p"), Err(LocationRefError::BareUrl(_))));
        for script in ["url:javascript:x", "url:\u{1}JAVA\nscript:x", "file: java\tscript:x"] {
            assert!(matches!(LocationRef::parse(script), Err(LocationRefError::Script(_))), "{script:?}");
        }
    }
}
