//! Entities: a document goes in, and comes out either as an [`Entity`] or as an [`EntityError`] in
//! the reference implementation's words.
//!
//! ```
//! use model::{Entity, KnownKind};
//!
//! let document = serde_json::json!({
//!     "apiVersion": "backstage.io/v1alpha1", "kind": "System",
//!     "metadata": { "name": "Payments" }, "spec": { "owner": "team-a" },
//! });
//! let entity = Entity::parse(document)?;
//! assert_eq!(entity.entity_ref().as_str(), "system:default/payments");
//! assert_eq!(entity.recognize()?, KnownKind::System);
//! # Ok::<(), model::EntityError>(())
//! ```

mod attributes;
mod envelope;
mod error;
mod format;
mod kinds;
mod matches;
mod relations;
mod schema;
mod search_rows;
mod template;
mod validate;

pub use attributes::Attributes;
pub use error::{EntityError, Part, Stage};
pub use kinds::KnownKind;
pub use relations::edges_of;
pub use search_rows::{DuplicateKeys, Row, search_rows};
pub use validate::{problems, validate_envelope};

use serde_json::{Map, Value};

use crate::EntityRef;

/// A document that meets the rules all kinds share: its namespace is filled in, its lists of refs
/// are sorted, and its ref is known. Whether its kind is one we take is [`Entity::recognize`]'s answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    entity_ref: EntityRef,
    map: Map<String, Value>,
}

/// Whether a validator knows an entity's kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KindSupport {
    /// It does, and the entity meets that kind's schema.
    Known(KnownKind),
    /// None does: a custom kind, or a known one under a foreign `apiVersion`.
    Unknown,
}

impl Entity {
    /// Checks envelope and policies and fills in defaults. Placeholders must have been resolved before.
    pub fn parse(document: Value) -> Result<Self, EntityError> {
        validate::parse(document)
    }

    /// Finds the validator of the entity's kind and asks it; an unknown kind is an error of
    /// [`Stage::Unrecognized`].
    pub fn recognize(&self) -> Result<KnownKind, EntityError> {
        validate::recognize(&self.map, &self.entity_ref)
    }

    /// Like [`Entity::recognize`], for callers that take unknown kinds too.
    pub fn kind_support(&self) -> Result<KindSupport, EntityError> {
        match self.recognize() {
            Ok(kind) => Ok(KindSupport::Known(kind)),
            Err(error) if error.stage == Stage::Unrecognized => Ok(KindSupport::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Its canonical ref.
    pub fn entity_ref(&self) -> &EntityRef {
        &self.entity_ref
    }

    /// `apiVersion`, as written.
    pub fn api_version(&self) -> &str {
        self.map.get("apiVersion").and_then(Value::as_str).unwrap_or_default()
    }

    /// `kind`, as written.
    pub fn kind(&self) -> &str {
        self.map.get("kind").and_then(Value::as_str).unwrap_or_default()
    }

    /// `metadata.name`, as written.
    pub fn name(&self) -> &str {
        self.metadata_str("name").unwrap_or_default()
    }

    /// `metadata.namespace`, filled in when it was missing.
    pub fn namespace(&self) -> &str {
        self.metadata_str("namespace").unwrap_or_default()
    }

    /// A text of `metadata`, for example `title`.
    pub fn metadata_str(&self, key: &str) -> Option<&str> {
        self.metadata(key)?.as_str()
    }

    /// The annotation's value.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.metadata("annotations")?.get(key)?.as_str()
    }

    /// The label's value.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.metadata("labels")?.get(key)?.as_str()
    }

    /// Its tags, in order.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.metadata("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// A field of `spec`.
    pub fn spec(&self, key: &str) -> Option<&Value> {
        self.map.get("spec")?.get(key)
    }

    /// A text of `spec`, for example `type`.
    pub fn spec_str(&self, key: &str) -> Option<&str> {
        self.spec(key)?.as_str()
    }

    /// The whole entity.
    pub fn map(&self) -> &Map<String, Value> {
        &self.map
    }

    /// The whole entity, given away.
    pub fn into_value(self) -> Value {
        Value::Object(self.map)
    }

    fn metadata(&self, key: &str) -> Option<&Value> {
        self.map.get("metadata")?.get(key)
    }
}
