//! JSON bodies, checked as the reference's schema checks them: the first thing wrong is named.

use serde_json::{Map, Value};

use super::error::QueryError;

/// A body that is an object.
pub(super) struct Body<'b>(pub(super) &'b Map<String, Value>);

const ROOT: &str = "request/body";

fn must_be(path: &str, key: &str, kind: &str) -> QueryError {
    QueryError::input(format!("{path}/{key} must be {kind}"))
}

impl<'b> Body<'b> {
    pub(super) fn of(json: &'b Value) -> Result<Self, QueryError> {
        Self::of_path(json, ROOT)
    }

    pub(super) fn of_path(json: &'b Value, path: &str) -> Result<Self, QueryError> {
        json.as_object().map(Self).ok_or_else(|| QueryError::input(format!("{path} must be object")))
    }

    /// Refuses a body without this property.
    pub(super) fn require(&self, key: &str) -> Result<(), QueryError> {
        if self.0.contains_key(key) {
            return Ok(());
        }
        Err(QueryError::input(format!("{ROOT} must have required property '{key}'")))
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&'b str>, QueryError> {
        self.text_at(ROOT, key)
    }

    pub(super) fn text_at(&self, path: &str, key: &str) -> Result<Option<&'b str>, QueryError> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| must_be(path, key, "string"))
    }

    /// A whole number from zero up. The reference lets fractions and negatives through to its
    /// database, which fails.
    pub(super) fn count(&self, key: &str) -> Result<Option<u64>, QueryError> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        let Value::Number(number) = value else { return Err(must_be(ROOT, key, "number")) };
        match (number.as_u64(), number.as_f64()) {
            (Some(count), _) => Ok(Some(count)),
            (None, Some(double)) if double < 0.0 => Err(must_be(ROOT, key, ">= 0")),
            (None, Some(double)) if double > 1e15 => Ok(Some(u64::MAX)),
            _ => Err(must_be(ROOT, key, "integer")),
        }
    }

    pub(super) fn object(&self, key: &str) -> Result<Option<&'b Value>, QueryError> {
        let value = self.0.get(key);
        if value.is_some_and(|value| !value.is_object()) {
            return Err(must_be(ROOT, key, "object"));
        }
        Ok(value)
    }

    pub(super) fn list(&self, key: &str) -> Result<Option<&'b Vec<Value>>, QueryError> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        value.as_array().map(Some).ok_or_else(|| must_be(ROOT, key, "array"))
    }

    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<&'b str>>, QueryError> {
        self.texts_at(ROOT, key)
    }

    pub(super) fn texts_at(&self, path: &str, key: &str) -> Result<Option<Vec<&'b str>>, QueryError> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        let list = value.as_array().ok_or_else(|| must_be(path, key, "array"))?;
        let texts = list
            .iter()
            .enumerate()
            .map(|(at, item)| item.as_str().ok_or_else(|| must_be(path, &format!("{key}/{at}"), "string")));
        texts.collect::<Result<_, _>>().map(Some)
    }
}
