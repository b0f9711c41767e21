//! An entity flattened to `key = value` rows, which callers' filters, facets and orderings read.

use std::collections::{HashMap, HashSet};

use serde_json::{Number, Value};

use crate::entity_ref::DEFAULT_NAMESPACE;

/// Longest key and longest value that are searchable, in UTF-16 units.
const MAX_UNITS: usize = 200;

/// Subtrees that are not flattened.
const SKIPPED: [&str; 7] = [
    "attachments",
    "relations",
    "status",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.etag",
];

/// One searchable fact about an entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// Path of the value, parts joined by dots, lower case.
    pub key: String,
    /// The value, lower case; `None` for null and for what is too long to search.
    pub value: Option<String>,
    /// The value as written, for facets; `None` when `value` is.
    pub original: Option<String>,
}

/// Two keys of one entity differ only in case, so rows could not tell them apart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Entity has duplicate keys that vary only in casing, '{}'", .0.join("', '"))]
pub struct DuplicateKeys(pub Vec<String>);

/// The rows of a stitched entity, no two with the same key and value.
///
/// String items of an array also make `<path>.<item> = true`. Keys longer than 200 UTF-16 units are
/// left out; longer values count as null. Recursion is as deep as the entity, which was bounded when
/// it was read.
pub fn search_rows(entity: &Value) -> Result<Vec<Row>, DuplicateKeys> {
    let mut flat = Flat::default();
    flat.visit("", entity);
    let metadata = |key: &str| entity.get("metadata").and_then(|metadata| metadata.get(key));
    let namespace = metadata("namespace").and_then(Value::as_str).filter(|text| !text.is_empty());
    flat.push("metadata.name".into(), metadata("name").and_then(text_of));
    flat.push("metadata.namespace".into(), Some(namespace.unwrap_or(DEFAULT_NAMESPACE).to_owned()));
    flat.push("metadata.uid".into(), metadata("uid").and_then(text_of));
    for relation in entity.get("relations").and_then(Value::as_array).into_iter().flatten() {
        if let Some(kind) = relation.get("type").and_then(Value::as_str) {
            flat.push(format!("relations.{kind}"), relation.get("targetRef").and_then(text_of));
        }
    }
    flat.into_rows()
}

#[derive(Default)]
struct Flat {
    /// Keys and values as written.
    pairs: Vec<(String, Option<String>)>,
    /// Lower-case keys that array items have made already.
    item_keys: HashSet<String>,
}

impl Flat {
    fn push(&mut self, key: String, value: Option<String>) {
        self.pairs.push((key, value));
    }

    fn visit(&mut self, path: &str, value: &Value) {
        if SKIPPED.contains(&path) {
            return;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    self.visit(path, item);
                    if let Value::String(text) = item {
                        let key = format!("{path}.{text}");
                        if self.item_keys.insert(key.to_lowercase()) {
                            self.push(key, Some("true".to_owned()));
                        }
                    }
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    if path.is_empty() {
                        self.visit(key, value);
                    } else {
                        self.visit(&format!("{path}.{key}"), value);
                    }
                }
            }
            leaf => self.push(path.to_owned(), text_of(leaf)),
        }
    }

    fn into_rows(self) -> Result<Vec<Row>, DuplicateKeys> {
        let mut spelling: HashMap<String, &str> = HashMap::new();
        let mut clashes = Vec::new();
        for (key, _) in &self.pairs {
            let lower = key.to_lowercase();
            match spelling.get(&lower) {
                Some(first) if *first != key && !clashes.contains(&lower) => clashes.push(lower),
                Some(_) => {}
                None => {
                    spelling.insert(lower, key);
                }
            }
        }
        if !clashes.is_empty() {
            return Err(DuplicateKeys(clashes));
        }
        let mut seen = HashSet::new();
        let rows = self.pairs.into_iter().filter_map(|(key, value)| {
            let key = key.to_lowercase();
            let value = value.map(|original| (original.to_lowercase(), original));
            let (value, original) = value.filter(|(lower, _)| fits(lower)).unzip();
            let fresh = fits(&key) && seen.insert((key.clone(), value.clone()));
            fresh.then_some(Row { key, value, original })
        });
        Ok(rows.collect())
    }
}

fn fits(text: &str) -> bool {
    text.len() <= MAX_UNITS || text.encode_utf16().nth(MAX_UNITS).is_none()
}

/// A leaf as JavaScript's `String()` writes it; null has no text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number_text(number)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A number as JavaScript writes it: a double's shortest digits, with an exponent from 1e21 up and
/// below 1e-6.
fn number_text(number: &Number) -> String {
    let Some(double) = number.as_f64() else { return number.to_string() };
    let magnitude = double.abs();
    if double == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&magnitude) {
        return double.to_string();
    }
    let text = format!("{double:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}
