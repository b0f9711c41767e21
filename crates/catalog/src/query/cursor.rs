//! Cursors: base64 of JSON, as the reference makes them. They are not signed, so everything in one
//! is as trustworthy as a query parameter; what the caller may see is asked anew for every page.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde_json::{Map, Value, json};

use super::error::QueryError;
use super::ordering::{Direction, OrderBy};
use super::predicate::Question;

/// Longest cursor read, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// Ends the text of our own cursors, and not that of the reference's: in JSON white space says nothing, so that both are
/// of the same shape.
const MARK: u8 = b'\n';

/// Where a page of `by-query` begins, and what it is a page of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cursor {
    pub(super) order: Option<OrderBy>,
    /// Whether it leads to the page before.
    pub(super) is_previous: bool,
    pub(super) full_text: Option<FullText>,
    pub(super) query: Option<Question>,
    pub(super) legacy_filter: Option<Question>,
    /// The value, if there is an order, and the uid to go on from.
    pub(super) position: Vec<String>,
    /// The same of the first item of the first page.
    pub(super) first: Option<Vec<String>>,
    /// `Some(0)` on a cursor, which is never made for an empty list, says that nothing is counted.
    pub(super) total_items: Option<u64>,
    /// Whether it says that a server like this one made it, so that its uids are of entities that were here.
    pub(super) is_own: bool,
}

/// What to look for in which fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FullText {
    pub(super) term: String,
    pub(super) fields: Option<Vec<String>>,
}

impl Cursor {
    /// Reads a cursor as leniently as the reference decodes base64.
    pub(super) fn decode(text: &str) -> Result<Self, QueryError> {
        let bytes = decode_base64(text).map_err(|why| malformed(&why))?;
        let json: Value = parse_json(&bytes).map_err(|why| malformed(&why))?;
        let map = json.as_object().ok_or_else(|| malformed("expected an object"))?;
        let order = match map.get("orderFields") {
            Some(Value::Array(orders)) => orders.iter().map(order_of).collect::<Result<Vec<_>, _>>()?,
            _ => return Err(malformed("orderFields must be an array")),
        };
        let order = order.into_iter().next();
        let is_previous = map.get("isPrevious").and_then(Value::as_bool);
        let is_previous = is_previous.ok_or_else(|| malformed("isPrevious must be a boolean"))?;
        let position = texts(map, "orderFieldValues")?;
        let position = position.ok_or_else(|| malformed("orderFieldValues must be an array"))?;
        if position.len() != 1 + usize::from(order.is_some()) {
            return Err(malformed("orderFieldValues does not fit orderFields"));
        }
        let total_items = match map.get("totalItems") {
            None => None,
            Some(Value::Number(number)) => Some(number.as_u64().unwrap_or(u64::MAX)),
            Some(_) => return Err(malformed("totalItems must be a number")),
        };
        Ok(Self {
            order,
            is_previous,
            full_text: map.get("fullTextFilter").map(full_text_of).transpose()?,
            query: map.get("query").cloned().map(Question::parse).transpose()?,
            legacy_filter: map.get("filter").cloned().map(Question::parse_legacy).transpose()?,
            position,
            first: texts(map, "firstSortFieldValues")?,
            total_items,
            is_own: bytes.last() == Some(&MARK),
        })
    }

    /// The cursor's text.
    pub(super) fn encode(&self) -> String {
        let mut map = Map::new();
        let orders: Vec<Value> = self.order.iter().map(OrderBy::to_json).collect();
        map.insert("orderFields".into(), orders.into());
        map.insert("isPrevious".into(), self.is_previous.into());
        if let Some(full_text) = &self.full_text {
            let mut json = json!({ "term": full_text.term });
            if let Some(fields) = &full_text.fields {
                json["fields"] = json!(fields);
            }
            map.insert("fullTextFilter".into(), json);
        }
        if let Some(filter) = &self.legacy_filter {
            map.insert("filter".into(), filter.json.clone());
        }
        if let Some(query) = &self.query {
            map.insert("query".into(), query.json.clone());
        }
        map.insert("orderFieldValues".into(), json!(self.position));
        if let Some(first) = &self.first {
            map.insert("firstSortFieldValues".into(), json!(first));
        }
        if let Some(total) = self.total_items {
            map.insert("totalItems".into(), total.into());
        }
        let mut text = Value::Object(map).to_string().into_bytes();
        text.push(MARK);
        STANDARD.encode(text)
    }
}

fn malformed(why: &str) -> QueryError {
    QueryError::input(format!("Malformed cursor: {why}"))
}

fn order_of(json: &Value) -> Result<OrderBy, QueryError> {
    let wrong = || malformed("orderFields must have field and order");
    let field = json.get("field").and_then(Value::as_str).ok_or_else(wrong)?.to_owned();
    let direction = match json.get("order") {
        None => None,
        Some(order) => Some(order.as_str().and_then(Direction::parse).ok_or_else(wrong)?),
    };
    Ok(OrderBy { field, direction })
}

fn full_text_of(json: &Value) -> Result<FullText, QueryError> {
    let wrong = || malformed("fullTextFilter must have a term");
    let map = json.as_object().ok_or_else(wrong)?;
    let term = map.get("term").and_then(Value::as_str).ok_or_else(wrong)?.to_owned();
    Ok(FullText { term, fields: texts(map, "fields")? })
}

fn texts(map: &Map<String, Value>, key: &str) -> Result<Option<Vec<String>>, QueryError> {
    let Some(value) = map.get(key) else { return Ok(None) };
    let list =
        value.as_array().map(|list| list.iter().map(|text| text.as_str().map(str::to_owned)).collect());
    let list: Option<Vec<String>> = list.flatten();
    list.map(Some).ok_or_else(|| malformed(&format!("{key} must be an array of strings")))
}

/// JSON in base64 that may be URL-safe, unpadded or have stray characters, as Node reads it.
pub(super) fn decode_json(text: &str) -> Result<Value, String> {
    parse_json(&decode_base64(text)?)
}

fn parse_json(bytes: &[u8]) -> Result<Value, String> {
    let limits = untrusted::json::Limits { bytes: MAX_BYTES, ..Default::default() };
    untrusted::json::parse(bytes, &limits).map_err(|error| format!("SyntaxError: {error}"))
}

fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("longer than {MAX_BYTES} bytes"));
    }
    let until_padding = text.split('=').next().unwrap_or_default();
    let mut plain: String = until_padding
        .chars()
        .filter_map(|letter| match letter {
            '-' => Some('+'),
            '_' => Some('/'),
            letter if letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/') => Some(letter),
            _ => None,
        })
        .collect();
    if plain.len() % 4 == 1 {
        plain.pop();
    }
    let lenient = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        STANDARD_NO_PAD.config().with_decode_allow_trailing_bits(true),
    );
    lenient.decode(plain).map_err(|error| error.to_string())
}

/// JSON in base64.
pub(super) fn encode_json(json: &Value) -> String {
    STANDARD.encode(json.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cursor() -> Value {
        json!({ "orderFields": [{ "field": "metadata.name", "order": "desc" }], "isPrevious": true,
            "fullTextFilter": { "term": "a", "fields": ["kind"] }, "query": { "kind": { "$in": ["api"] } },
            "filter": { "allOf": [{ "key": "a" }, { "not": { "key": "b", "values": ["c"] } }] },
            "orderFieldValues": ["billing", "u"], "firstSortFieldValues": ["alice", "v"], "totalItems": 22 })
    }

    fn refusal(json: &Value) -> String {
        Cursor::decode(&encode_json(json)).expect_err("a malformed cursor").to_string()
    }

    #[test]
    fn a_cursor_printed_and_read_again_is_the_same() {
        let first = Cursor::decode(&encode_json(&cursor())).expect("a sound cursor");
        assert_eq!(first.position, ["billing", "u"]);
        assert!(first.is_previous && first.order.as_ref().is_some_and(OrderBy::is_descending));
        let again = Cursor::decode(&first.encode()).expect("our own cursor");
        assert_eq!(Cursor { is_own: true, ..first }, again);
    }

    #[test]
    fn base64_is_read_as_node_reads_it() {
        let json = json!({ "a": "??>>~~" });
        let plain = encode_json(&json);
        let url_safe = plain.replace('+', "-").replace('/', "_");
        for text in [plain.trim_end_matches('='), &url_safe, &format!(" {plain}\n")] {
            assert_eq!(decode_json(text), Ok(json.clone()), "{text}");
        }
        assert!(
            Cursor::decode("garbage")
                .expect_err("no JSON")
                .to_string()
                .starts_with("Malformed cursor: SyntaxError")
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let without = |key: &str| {
            let mut json = cursor();
            json.as_object_mut().expect("an object").remove(key);
            json
        };
        assert_eq!(refusal(&without("orderFields")), "Malformed cursor: orderFields must be an array");
        assert_eq!(refusal(&without("isPrevious")), "Malformed cursor: isPrevious must be a boolean");
        assert_eq!(
            refusal(&without("orderFieldValues")),
            "Malformed cursor: orderFieldValues must be an array"
        );
        let mut unfit = cursor();
        unfit["orderFields"] = json!([]);
        assert_eq!(refusal(&unfit), "Malformed cursor: orderFieldValues does not fit orderFields");
        assert_eq!(refusal(&json!([])), "Malformed cursor: expected an object");
    }

    #[test]
    fn a_cursor_cannot_nest_without_end() {
        let mut json = cursor();
        let mut query = json!({});
        for _ in 0..40 {
            query = json!({ "$not": query });
        }
        json["query"] = query;
        assert!(refusal(&json).contains("nested deeper"));
    }

    proptest! {
        #[test]
        fn any_text_is_decoded_without_a_panic(text in "[A-Za-z0-9+/=_ -]{0,80}|.{0,40}") {
            let _ = Cursor::decode(&text);
        }

        #[test]
        fn any_json_is_read_without_a_panic(key in 0_usize..8, value in "[a-z0-9{}\\[\\]\",:.-]{0,30}") {
            let mut json = cursor();
            let map = json.as_object_mut().expect("an object");
            let name = map.keys().nth(key).expect("eight keys").clone();
            map.insert(name, serde_json::from_str(&value).unwrap_or(Value::String(value)));
            let _ = Cursor::decode(&encode_json(&json));
        }
    }
}
