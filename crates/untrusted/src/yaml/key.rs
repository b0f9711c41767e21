//! Keys of maps: what makes two of them equal, and the text of those that are no strings.

use super::scalar::Scalar;
use crate::number;

/// What a key is besides its text. `1` and `"1"` are different keys that print alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum KeyKind {
    Text,
    Number,
    Bool,
    Null,
    /// A collection, an alias or not-a-number: equal to no other key.
    Unlike,
}

/// The kind and the text of a scalar key, as JavaScript makes a property name of it.
pub(super) fn of_scalar(scalar: Scalar<'_>) -> (KeyKind, String) {
    match scalar {
        Scalar::Null => (KeyKind::Null, String::new()),
        Scalar::Bool(flag) => (KeyKind::Bool, flag.to_string()),
        Scalar::Number(found) if found.is_nan() => (KeyKind::Unlike, number::print(found)),
        Scalar::Number(found) => (KeyKind::Number, number::print(found)),
        Scalar::Text(text) => (KeyKind::Text, text.into_owned()),
    }
}

/// Writes a collection that is a key as npm `yaml` does: on one line, in flow style.
#[derive(Debug, Default)]
pub(super) struct FlowText {
    text: String,
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    is_map: bool,
    /// Keys and values written so far.
    parts: usize,
    /// Where a `? ` goes when the key turns out to be a collection.
    key_is_collection: bool,
}

impl FlowText {
    /// Writes a collection's bracket.
    pub(super) fn start(&mut self, is_map: bool) {
        self.before(true, false);
        self.text.push(if is_map { '{' } else { '[' });
        self.open.push(Open { is_map, parts: 0, key_is_collection: false });
    }

    /// Writes the closing bracket; true when the whole key is written.
    pub(super) fn end(&mut self) -> bool {
        if let Some(closed) = self.open.pop() {
            if closed.parts > 0 {
                self.text.push(' ');
            }
            self.text.push(if closed.is_map { '}' } else { ']' });
        }
        self.open.is_empty()
    }

    /// Writes a scalar or an alias as it is spelled; nothing for a value that is not written.
    pub(super) fn scalar(&mut self, spelled: &str) {
        self.before(false, spelled.is_empty());
        self.text.push_str(spelled);
    }

    /// The whole key.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn before(&mut self, is_collection: bool, is_absent: bool) {
        let Some(top) = self.open.last_mut() else { return };
        let is_value = top.is_map && top.parts % 2 == 1;
        let separator = match (is_value, top.parts) {
            (true, _) if is_absent => "",
            (true, _) if top.key_is_collection => " : ",
            (true, _) => ": ",
            (false, 0) => " ",
            (false, _) => ", ",
        };
        self.text.push_str(separator);
        if top.is_map && !is_value {
            top.key_is_collection = is_collection;
            if is_collection {
                self.text.push_str("? ");
            }
        }
        top.parts = top.parts.saturating_add(1);
    }
}

/// A scalar within a key, with the quotes it had.
pub(super) fn spell(text: &str, style: granit_parser::ScalarStyle) -> String {
    use granit_parser::ScalarStyle::{Plain, SingleQuoted};
    match style {
        Plain if !text.contains([',', '[', ']', '{', '}']) => text.to_owned(),
        SingleQuoted if !text.contains('\n') => format!("'{}'", text.replace('\'', "''")),
        _ => serde_json::Value::from(text).to_string(),
    }
}
