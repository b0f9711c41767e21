//! Where a value was written, and what is wrong with it.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// Where a value was written: a file (path as given, or as the include named it) with line and
/// column from 1, or `env NAME` with both 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// A file's path, or `env APP_CONFIG_x`.
    pub source: Arc<str>,
    /// Line from 1; 0 where the source has no lines.
    pub line: u32,
    /// Column in characters from 1; 0 where the source has no lines.
    pub column: u32,
}

impl Place {
    /// A whole file, or an environment variable.
    pub fn whole(source: &str) -> Self {
        Self { source: Arc::from(source), line: 0, column: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return f.write_str(&self.source);
        }
        write!(f, "{}:{}:{}", self.source, self.line, self.column)
    }
}

/// Whether a problem stops the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The server does not start (or keeps its old configuration).
    Error,
    /// The server starts; somebody should look.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing wrong with the configuration. Texts never hold a secret's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// Where it was written, if it was.
    pub place: Option<Place>,
    /// Dot path of the key, empty for a problem of a whole file.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub fix: Option<String>,
}

impl Problem {
    /// An error at `key`.
    pub fn error(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place: None, key: key.into(), message: message.into(), fix: None }
    }

    /// A warning at `key`.
    pub fn warning(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(key, message) }
    }

    /// The same problem with its place.
    #[must_use]
    pub fn at(mut self, place: Option<&Place>) -> Self {
        self.place = place.cloned();
        self
    }

    /// The same problem with a way to mend it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, OneLine(&self.message))?;
        if let Some(place) = &self.place {
            write!(f, "\n  --> {}", OneLine(&place.to_string()))?;
        }
        if !self.key.is_empty() {
            write!(f, "\n  key: {}", OneLine(&self.key))?;
        }
        if let Some(fix) = &self.fix {
            write!(f, "\n  fix: {}", OneLine(fix))?;
        }
        Ok(())
    }
}

/// Text whose control characters are escaped: names in files must not move a terminal's cursor.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if c.is_control() { write!(f, "{}", c.escape_default()) } else { write!(f, "{c}") }
        })
    }
}

/// Everything that is wrong, errors and warnings in the order they were found; at least one error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.0))]
pub struct ConfigErrors(pub Vec<Problem>);

impl ConfigErrors {
    /// The problems.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_move_the_cursor() {
        let problem = Problem::error("a\u{1b}[2J", "b\nc").at(Some(&Place::whole("d\r"))).fix("e\t");
        assert_eq!(problem.to_string(), "error: b\\nc\n  --> d\\r\n  key: a\\u{1b}[2J\n  fix: e\\t");
    }

    #[test]
    fn problems_are_json() {
        let place = Place { line: 2, column: 3, ..Place::whole("a.yaml") };
        let problem = Problem::warning("k", "text").at(Some(&place));
        assert_eq!(
            serde_json::to_value(problem).expect("JSON"),
            serde_json::json!({
                "severity": "warning",
                "place": {"source": "a.yaml", "line": 2, "column": 3},
                "key": "k",
                "message": "text",
                "fix": null,
            })
        );
    }
}
