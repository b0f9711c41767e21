//! `backend.csp`: the Content-Security-Policy of API answers.

use std::fmt;

/// One directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CspDirective {
    /// Name in kebab-case.
    pub name: String,
    /// Sources; may be empty.
    pub sources: Vec<String>,
}

impl fmt::Display for CspDirective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for source in &self.sources {
            write!(f, " {source}")?;
        }
        Ok(())
    }
}
