//! The tree that a document becomes.

use serde_json::{Map, Number, Value as Json};

use super::Span;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands. A node that came through an alias keeps the place of its anchor.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~`, nothing at all, and the numbers JSON cannot hold (`.inf`, `.nan`).
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, rounded as JavaScript would round it.
    Number(Number),
    /// Text.
    String(String),
    /// A list.
    Seq(Vec<Node>),
    /// A map in the file's order; no key occurs twice.
    Map(Vec<Entry>),
}

/// One key of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key; what is no string in YAML is written as JavaScript would write it.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// The value under `key`, when this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, when this is a map.
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, when this is a list.
    pub fn as_seq(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The same tree without places.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Number(number) => Json::Number(number.clone()),
            Value::String(text) => Json::String(text.clone()),
            Value::Seq(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            Value::Map(entries) => {
                let mut map = Map::with_capacity(entries.len());
                map.extend(entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())));
                Json::Object(map)
            }
        }
    }

    /// The same tree without places, keeping the strings.
    pub fn into_json(self) -> Json {
        match self.value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(flag),
            Value::Number(number) => Json::Number(number),
            Value::String(text) => Json::String(text),
            Value::Seq(items) => Json::Array(items.into_iter().map(Node::into_json).collect()),
            Value::Map(entries) => {
                let mut map = Map::with_capacity(entries.len());
                map.extend(entries.into_iter().map(|entry| (entry.key, entry.value.into_json())));
                Json::Object(map)
            }
        }
    }
}
