//! An entity as its source has it: checked, annotated, not yet stitched.

use std::sync::Arc;

use model::{Edge, EntityRef, StatusItem};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::location::LocationSpec;

/// Annotation with the place an entity was read from.
pub(super) const LOCATION: &str = "backstage.io/managed-by-location";
/// Annotation with the configured location it descends from.
pub(super) const ORIGIN: &str = "backstage.io/managed-by-origin-location";

/// An entity that differs from the stored one.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Compact JSON. Text, because many of them wait for the end of a walk.
    pub text: String,
    /// Hash of the text, 32 hex digits.
    pub hash: Arc<str>,
    pub edges: Vec<Edge>,
    /// The origin in its annotation.
    pub origin: Arc<str>,
}

impl Source {
    pub(super) fn new(entity: &Value, edges: Vec<Edge>, origin: Arc<str>) -> Self {
        let text = entity.to_string();
        Self { hash: hash(&text), text, edges, origin }
    }

    /// The same entity under another origin.
    pub(super) fn with_origin(self, origin: &Arc<str>) -> Self {
        if self.origin == *origin {
            return self;
        }
        let mut entity = parse(&self.text);
        set_origin(&mut entity, origin);
        Self::new(&Value::Object(entity), self.edges, origin.clone())
    }
}

/// One entity that a file claims.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub entity: EntityRef,
    /// Where its document starts: line and column.
    pub place: (u32, u32),
    /// `None` if it equals what the state holds.
    pub source: Option<Source>,
    /// What it points to, if it is a Location.
    pub location: Option<LocationSpec>,
}

/// A document that cannot be taken.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// Its ref, if it is good enough to have one.
    pub entity: Option<EntityRef>,
    pub item: StatusItem,
    /// Whether what was read of it before may stay. Not so for a kind that rules refuse.
    pub keep: bool,
}

fn hash(text: &str) -> Arc<str> {
    super::hex(&Sha256::digest(text)[..16]).into()
}

/// Reads text that we wrote ourselves.
fn parse(text: &str) -> Map<String, Value> {
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => map,
        _ => unreachable!("entities are written as JSON objects"),
    }
}

impl Source {
    /// The entity as a map.
    pub(super) fn into_map(self) -> Map<String, Value> {
        parse(&self.text)
    }
}

/// Writes the origin annotation.
pub(super) fn set_origin(entity: &mut Map<String, Value>, origin: &str) {
    if let Some(Value::Object(annotations)) =
        entity.get_mut("metadata").and_then(|metadata| metadata.get_mut("annotations"))
    {
        annotations.insert(ORIGIN.to_owned(), origin.into());
    }
}
