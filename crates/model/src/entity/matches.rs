//! The filter algebra evaluated the slow and obvious way, one entity at a time. It is the answer
//! that indexes are tested against, and serves where there is one entity and no index.

use super::{Attributes, Row};
use crate::{Predicate, RowTest, ValueTest};

impl Predicate {
    /// Whether the question is answered yes for an entity with these rows and attributes.
    pub fn matches(&self, rows: &[Row], attributes: &Attributes) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(rows, attributes)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(rows, attributes)),
            Self::Not(part) => !part.matches(rows, attributes),
            Self::Row(test) => rows.iter().any(|row| test.matches(row)),
            Self::Attr(test) => test.matches(attributes),
        }
    }
}

impl RowTest {
    /// Whether the test holds for this row.
    pub fn matches(&self, row: &Row) -> bool {
        self.keys.iter().any(|key| key.as_str() == row.key) && self.test.matches(row.value.as_deref())
    }
}

impl ValueTest {
    /// Whether the test holds for a row's value, which is lower case; `None` is null.
    pub fn matches(&self, value: Option<&str>) -> bool {
        match (self, value) {
            (Self::Exists, _) => true,
            (_, None) => false,
            (Self::In(wanted), Some(value)) => wanted.iter().any(|wanted| wanted.as_str() == value),
            (Self::Prefix(prefix), Some(value)) => value.starts_with(prefix.as_str()),
            (Self::Contains(term), Some(value)) => value.contains(term.as_str()),
        }
    }
}
