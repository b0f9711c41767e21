//! An entity flattened to `key = value` rows, which callers' filters, facets and orderings read.

use std::collections::HashSet;

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
/// left out, with all that is below them: one long key over many leaves would otherwise be copied
/// for each. Longer values count as null.
pub fn search_rows(entity: &Value) -> Result<Vec<Row>, DuplicateKeys> {
    let mut flat = Flat::default();
    flat.visit(entity);
    let metadata = |key: &str| entity.get("metadata").and_then(|metadata| metadata.get(key));
    let namespace = metadata("namespace").and_then(Value::as_str).filter(|text| !text.is_empty());
    flat.push("metadata.name", metadata("name").and_then(text_of));
    flat.push("metadata.namespace", Some(namespace.unwrap_or(DEFAULT_NAMESPACE).to_owned()));
    flat.push("metadata.uid", metadata("uid").and_then(text_of));
    for relation in entity.get("relations").and_then(Value::as_array).into_iter().flatten() {
        if let Some(kind) = relation.get("type").and_then(Value::as_str) {
            flat.push(&format!("relations.{kind}"), relation.get("targetRef").and_then(text_of));
        }
    }
    flat.into_rows()
}

#[derive(Default)]
struct Flat {
    /// Where the visit is.
    path: String,
    rows: Vec<Row>,
    /// Each row's key as written, when that is not its key.
    spelled: Vec<Option<String>>,
    /// Lower-case keys that array items have made already.
    item_keys: HashSet<String>,
}

impl Flat {
    fn push(&mut self, written: &str, original: Option<String>) {
        let key = folded(written);
        if !fits(written) || !fits(&key) {
            return;
        }
        let value = original.as_deref().map(folded).filter(|value| fits(value));
        let original = original.filter(|_| value.is_some());
        self.spelled.push((key != written).then(|| written.to_owned()));
        self.rows.push(Row { key, value, original });
    }

    fn visit(&mut self, value: &Value) {
        // Lower case is never shorter, so what is too long as written cannot become a row.
        if SKIPPED.contains(&self.path.as_str()) || !fits(&self.path) {
            return;
        }
        let length = self.path.len();
        match value {
            Value::Array(items) => {
                for item in items {
                    self.visit(item);
                    if let Value::String(text) = item
                        && fits(text)
                    {
                        let key = format!("{}.{text}", self.path);
                        if self.item_keys.insert(folded(&key)) {
                            self.push(&key, Some("true".to_owned()));
                        }
                    }
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    if length > 0 {
                        self.path.push('.');
                    }
                    self.path.push_str(key);
                    self.visit(value);
                    self.path.truncate(length);
                }
            }
            leaf => {
                let path = std::mem::take(&mut self.path);
                self.push(&path, text_of(leaf));
                self.path = path;
            }
        }
    }

    fn into_rows(self) -> Result<Vec<Row>, DuplicateKeys> {
        let (mut spellings, mut keys, mut facts) = (HashSet::new(), HashSet::new(), HashSet::new());
        let (mut clashes, mut fresh) = (Vec::new(), Vec::with_capacity(self.rows.len()));
        for (row, written) in self.rows.iter().zip(&self.spelled) {
            let written = written.as_ref().unwrap_or(&row.key);
            if spellings.insert(written) && !keys.insert(&row.key) {
                clashes.push(row.key.clone());
            }
            fresh.push(facts.insert((&row.key, &row.value)));
        }
        if !clashes.is_empty() {
            return Err(DuplicateKeys(clashes));
        }
        Ok(self.rows.into_iter().zip(fresh).filter_map(|(row, fresh)| fresh.then_some(row)).collect())
    }
}

fn folded(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

fn fits(text: &str) -> bool {
    text.len() <= MAX_UNITS || text.encode_utf16().nth(MAX_UNITS).is_none()
}

/// A leaf as JavaScript's `String()` writes it; null, and what is too long, has no text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => fits(text).then(|| text.clone()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn rows(entity: &Value) -> Vec<String> {
        let rows = search_rows(entity).expect("no duplicate keys");
        rows.iter()
            .map(|row| format!("{}={}", row.key, row.original.as_deref().unwrap_or("(null)")))
            .collect()
    }

    #[test]
    fn an_entity_is_flattened_to_dotted_lower_case_keys() {
        let entity = json!({
            "kind": "Component",
            "attachments": { "left": "out" },
            "metadata": { "name": "Shop", "uid": "u-1", "etag": "e", "tags": ["Java", "java", "go"], "title": null },
            "spec": { "deep": [{ "n": 1 }, [true, "x"]], "name": "kept" },
            "relations": [{ "type": "ownedBy", "targetRef": "group:default/a" }],
            "status": { "items": [] },
        });
        assert_eq!(
            rows(&entity),
            [
                "kind=Component",
                "metadata.tags=Java",
                "metadata.tags.java=true",
                "metadata.tags=go",
                "metadata.tags.go=true",
                "metadata.title=(null)",
                "spec.deep.n=1",
                "spec.deep=true",
                "spec.deep=x",
                "spec.deep.x=true",
                "spec.name=kept",
                "metadata.name=Shop",
                "metadata.namespace=default",
                "metadata.uid=u-1",
                "relations.ownedby=group:default/a",
            ]
        );
    }

    #[test]
    fn lengths_are_counted_in_utf16_units() {
        let (fits, long) = ("😀".repeat(100), "😀".repeat(101));
        let key = "k".repeat(198);
        let entity = json!({ "a": fits, "b": long, "c": { &key: 1, format!("{key}x"): 2 } });
        let found = search_rows(&entity).expect("no duplicate keys");
        let value = |key: &str| found.iter().find(|row| row.key == key).map(|row| row.value.clone());
        assert_eq!(value("a"), Some(Some(fits)));
        assert_eq!(value("b"), Some(None));
        assert_eq!(value(&format!("c.{key}")), Some(Some("1".into())));
        assert_eq!(value(&format!("c.{key}x")), None);
    }

    #[test]
    fn a_long_key_over_many_leaves_is_not_copied_for_each() {
        let leaves: serde_json::Map<_, _> = (0..10_000).map(|n| (n.to_string(), json!(n))).collect();
        let entity = json!({ "spec": { "k".repeat(1_000_000): leaves, "last": 1 } });
        assert_eq!(rows(&entity)[0], "spec.last=1");
    }

    #[test]
    fn numbers_are_written_as_javascript_does() {
        for (text, written) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("1.0", "1"),
            ("-1.5", "-1.5"),
            ("9007199254740993", "9007199254740992"),
            ("1e20", "100000000000000000000"),
            ("1e21", "1e+21"),
            ("1.5e300", "1.5e+300"),
            ("0.000001", "0.000001"),
            ("0.00000015", "1.5e-7"),
        ] {
            let number: Number = serde_json::from_str(text).expect("a number");
            assert_eq!(number_text(&number), written, "{text}");
        }
    }

    #[test]
    fn keys_that_differ_only_in_case_are_refused() {
        let entity = json!({ "spec": { "Type": 1, "type": 2, "ok": 3, "TYPE": 4 } });
        let error = search_rows(&entity).expect_err("two spellings");
        assert_eq!(
            error.to_string(),
            "Entity has duplicate keys that vary only in casing, 'spec.type', 'spec.type'"
        );
        // An item's own key clashes with a sibling that spells it otherwise.
        let entity = json!({ "spec": { "a": ["B"], "a.b": 1 } });
        assert!(search_rows(&entity).is_err());
    }

    proptest! {
        #[test]
        fn rows_are_folded_and_different(
            pairs in prop::collection::vec(("[a-cA-C.]{0,3}", "[xX😀é]{0,3}"), 0..8), list: Vec<bool>,
        ) {
            let mut spec: serde_json::Map<_, _> = pairs.into_iter().map(|(k, v)| (k, json!([v]))).collect();
            spec.insert("list".into(), json!(list));
            if let Ok(rows) = search_rows(&json!({ "kind": "X", "spec": spec })) {
                let different: HashSet<_> = rows.iter().map(|row| (&row.key, &row.value)).collect();
                prop_assert_eq!(different.len(), rows.len());
                for row in &rows {
                    prop_assert_eq!(&row.key, &row.key.to_lowercase());
                    prop_assert_eq!(row.value.clone(), row.original.as_ref().map(|text| text.to_lowercase()));
                }
            }
        }
    }
}
