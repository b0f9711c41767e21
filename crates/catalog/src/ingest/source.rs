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
#[derive(Debug)]
pub(super) struct Source {
    /// Compact JSON. Text, because many of them wait for the end of a walk.
    pub text: String,
    /// Hash of the text, 32 hex digits.
    pub hash: Arc<str>,
    pub edges: Arc<[Edge]>,
    /// The origin in its annotation.
    pub origin: Arc<str>,
}

impl Source {
    pub(super) fn new(entity: &Value, edges: Arc<[Edge]>, origin: Arc<str>) -> Self {
        let text = entity.to_string();
        Self { hash: hash(&text), text, edges, origin }
    }

    /// The entity as a map.
    pub(super) fn map(&self) -> Map<String, Value> {
        match serde_json::from_str(&self.text) {
            Ok(Value::Object(map)) => map,
            _ => unreachable!("entities are written as JSON objects"),
        }
    }
}

/// One entity that a file claims.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub entity: EntityRef,
    /// Where its document starts: line and column.
    pub place: (u32, u32),
    /// `None` if it equals what the state holds. Shared, so that a large catalog is in memory once.
    pub source: Option<Arc<Source>>,
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

/// Writes the origin annotation.
pub(super) fn set_origin(entity: &mut Map<String, Value>, origin: &str) {
    if let Some(Value::Object(annotations)) =
        entity.get_mut("metadata").and_then(|metadata| metadata.get_mut("annotations"))
    {
        annotations.insert(ORIGIN.to_owned(), origin.into());
    }
}
