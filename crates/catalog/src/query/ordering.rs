//! What to order by: `order=asc:field`, `orderField=field,asc`, `orderBy` in bodies and cursors.

use serde_json::{Value, json};

use super::error::QueryError;
use crate::index::fold;

/// One field to order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OrderBy {
    /// As it was asked for.
    pub(super) field: String,
    /// `None` was not said and means ascending.
    pub(super) direction: Option<Direction>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "asc" => Some(Self::Ascending),
            "desc" => Some(Self::Descending),
            _ => None,
        }
    }
}

impl OrderBy {
    /// The key of the search rows to order by.
    pub(super) fn key(&self) -> String {
        fold(&self.field).into_owned()
    }

    pub(super) fn is_descending(&self) -> bool {
        self.direction == Some(Direction::Descending)
    }

    /// `asc:field`.
    pub(super) fn parse_order(text: &str) -> Result<Self, QueryError> {
        let parts = text.split_once(':').filter(|(_, field)| !field.is_empty());
        let order = parts.and_then(|(direction, field)| {
            Some(Self { field: field.to_owned(), direction: Some(Direction::parse(direction)?) })
        });
        order.ok_or_else(|| {
            QueryError::input(format!(
                "Invalid order parameter \"{text}\", expected \"<asc or desc>:<field name>\""
            ))
        })
    }

    /// `field` or `field,asc`; further parts are ignored.
    pub(super) fn parse_order_field(text: &str) -> Result<Self, QueryError> {
        let mut parts = text.split(',');
        let field = parts.next().unwrap_or_default().to_owned();
        let direction = parts.next().map(|direction| {
            Direction::parse(direction)
                .ok_or_else(|| QueryError::input("Invalid order field order, must be asc or desc"))
        });
        Ok(Self { field, direction: direction.transpose()? })
    }

    /// As cursors have it.
    pub(super) fn to_json(&self) -> Value {
        match self.direction {
            None => json!({ "field": self.field }),
            Some(direction) => {
                let order = if direction == Direction::Ascending { "asc" } else { "desc" };
                json!({ "field": self.field, "order": order })
            }
        }
    }
}
