//! The merged tree: every value knows where it came from and what it replaced.

use indexmap::IndexMap;
use serde_json::Number;

use crate::Place;

/// A value with its history.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) data: Data,
    pub(crate) origin: Origin,
    /// Where its key is written, for a value of an object in a file.
    pub(crate) key_place: Option<Place>,
    /// What stood here before, the latest first, without histories of their own.
    pub(crate) overrode: Vec<Value>,
    /// Children that were written but dropped, because a variable they need is not set. Whoever reads
    /// something whose absence widens what is allowed must look here.
    pub(crate) losses: Vec<Loss>,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// Hides the key.
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Seq(Vec<Value>),
    Map(IndexMap<String, Value>),
}

/// Where a value was written, and by which ways it got there.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) place: Place,
    /// Outermost first.
    pub(crate) via: Vec<Via>,
}

/// A way a value can get into the tree other than being written where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// `$include` written at `at`.
    Include { path: String, at: Place },
    /// `$file`.
    File { path: std::path::PathBuf },
    /// `$env`, or `${NAME}` in a string.
    Variable { name: String },
}

/// A child that was written but dropped.
#[derive(Clone, Debug)]
pub(crate) struct Loss {
    /// Its name in an object; empty in a list.
    pub(crate) name: String,
    /// Full key of the child, with its index as written.
    pub(crate) key: String,
    pub(crate) place: Place,
}

impl Value {
    pub(crate) fn new(data: Data, origin: Origin) -> Self {
        Self { data, origin, key_place: None, overrode: Vec::new(), losses: Vec::new() }
    }

    /// From JSON, all of it at one place.
    pub(crate) fn from_json(json: serde_json::Value, origin: &Origin) -> Self {
        let data = match json {
            serde_json::Value::Null => Data::Null,
            serde_json::Value::Bool(value) => Data::Bool(value),
            serde_json::Value::Number(value) => Data::Number(value),
            serde_json::Value::String(value) => Data::String(value),
            serde_json::Value::Array(items) => {
                Data::Seq(items.into_iter().map(|item| Self::from_json(item, origin)).collect())
            }
            serde_json::Value::Object(map) => {
                Data::Map(map.into_iter().map(|(key, item)| (key, Self::from_json(item, origin))).collect())
            }
        };
        Self::new(data, origin.clone())
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The reference's name for the type.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Null => "null",
            Data::Bool(_) => "boolean",
            Data::Number(_) => "number",
            Data::String(text) if text.is_empty() => "empty-string",
            Data::String(_) => "string",
            Data::Seq(_) => "array",
            Data::Map(_) => "object",
        }
    }

    /// Everything that was dropped in this subtree.
    pub(crate) fn deep_losses(&self) -> Vec<&Loss> {
        let mut found: Vec<&Loss> = self.losses.iter().collect();
        match &self.data {
            Data::Seq(items) => found.extend(items.iter().flat_map(Self::deep_losses)),
            Data::Map(map) => found.extend(map.values().flat_map(Self::deep_losses)),
            _ => {}
        }
        found
    }
}

/// The key of a child in a problem's text.
pub(crate) fn join(parent: &str, child: &str) -> String {
    if parent.is_empty() { child.to_owned() } else { format!("{parent}.{child}") }
}
