//! Query parameters, checked against the few each route knows, as the reference checks them.

use super::error::QueryError;

/// Query parameters as they arrived: decoded, in order, repeated ones repeated.
pub type Pairs = [(String, String)];

/// What a parameter may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number from zero up.
    Integer,
    Text,
    /// May be repeated.
    Texts,
}

/// Parameters that were all known and of the right kind.
pub(super) struct Params<'p>(&'p Pairs);

impl<'p> Params<'p> {
    /// Refuses what is not known, empty or of another kind.
    pub(super) fn check(pairs: &'p Pairs, known: &[(&str, Kind)]) -> Result<Self, QueryError> {
        let params = Self(pairs);
        for (name, value) in pairs {
            if !known.iter().any(|(known, _)| known == name) {
                return Err(QueryError::input(format!("Unknown query parameter '{name}'")));
            }
            if value.is_empty() && params.all(name).nth(1).is_none() {
                return Err(QueryError::input(format!("Empty value found for query parameter '{name}'")));
            }
        }
        for (name, kind) in known {
            match kind {
                Kind::Integer => {
                    params.integer(name)?;
                }
                Kind::Text if params.all(name).nth(1).is_some() => {
                    return Err(QueryError::input(format!("request/query/{name} must be string")));
                }
                Kind::Text | Kind::Texts => {}
            }
        }
        Ok(params)
    }

    /// All values of a parameter.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'p str> {
        let pairs = self.0.iter().filter(move |(found, _)| found == name);
        pairs.map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that is not repeated.
    pub(super) fn text(&self, name: &str) -> Option<&'p str> {
        self.all(name).next()
    }

    /// The value of a whole number; one beyond what a machine counts is as good as endless.
    pub(super) fn integer(&self, name: &str) -> Result<Option<u64>, QueryError> {
        let mut values = self.all(name);
        let Some(value) = values.next() else { return Ok(None) };
        let (digits, negative) = match value.strip_prefix('-') {
            Some(digits) => (digits, true),
            None => (value, false),
        };
        if values.next().is_some() || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(QueryError::input(format!("request/query/{name} must be integer")));
        }
        let number = digits.parse().unwrap_or(u64::MAX);
        if negative && number > 0 {
            return Err(QueryError::input(format!("request/query/{name} must be >= 0")));
        }
        Ok(Some(number))
    }
}

/// Refuses any parameter, for routes that take none.
pub fn no_parameters(pairs: &Pairs) -> Result<(), QueryError> {
    Params::check(pairs, &[]).map(|_| ())
}
