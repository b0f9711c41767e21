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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::entity::{Attributes, search_rows};
    use crate::{AttrTest, Folded, Predicate, RowTest, ValueTest};

    #[test]
    fn rows_answer_callers_and_attributes_answer_policy() {
        let entity = json!({
            "kind": "Component",
            "metadata": { "name": "shop", "title": null, "description": "x".repeat(201) },
            "spec": { "type": "Service", "empty": "" },
        });
        let rows = search_rows(&entity).expect("no duplicate keys");
        let attributes = Attributes::from_stitched(&entity).expect("a ref");
        let row = Predicate::row;
        let title = || Folded::new("metadata.title");
        for (predicate, holds) in [
            (Predicate::equals("SPEC.type", "SERVICE"), true),
            (Predicate::Attr(AttrTest::Type(vec!["SERVICE".into()])), false),
            (row("metadata.title", ValueTest::Exists), true),
            (row("metadata.title", ValueTest::Contains(Folded::new(""))), false),
            (row("metadata.description", ValueTest::Exists), true),
            (row("metadata.description", ValueTest::Prefix(Folded::new("x"))), false),
            (row("spec.none", ValueTest::Exists), false),
            (Predicate::equals("spec.empty", ""), true),
            (row("spec.type", ValueTest::Prefix(Folded::new("Serv"))), true),
            (row("spec.type", ValueTest::Contains(Folded::new("VIC"))), true),
            (row("spec.type", ValueTest::In(vec![])), false),
            (
                Predicate::Row(RowTest { keys: vec![title(), Folded::new("kind")], test: ValueTest::Exists }),
                true,
            ),
            (Predicate::Row(RowTest { keys: vec![], test: ValueTest::Exists }), false),
            (Predicate::TRUE, true),
            (Predicate::FALSE, false),
            (Predicate::Not(Box::new(Predicate::equals("kind", "api"))), true),
        ] {
            assert_eq!(predicate.matches(&rows, &attributes), holds, "{predicate:?}");
        }
    }
}
