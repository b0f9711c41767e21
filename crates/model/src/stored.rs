//! What is kept of an entity, and how a change to many of them travels: catalog makes it, store
//! writes it in one transaction, every index applies it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::EntityRef;

/// Position in the feed of changes; grows by one with every committed [`Change`].
pub type Sequence = i64;

/// One entity as it is kept and served.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEntity {
    /// Its canonical ref.
    pub entity_ref: EntityRef,
    /// Random, given at first sight, kept for life. Lower-case UUID text.
    pub uid: Arc<str>,
    /// SHA-1 (hex) over the stitched entity's key-sorted JSON; opaque to callers.
    pub etag: Arc<str>,
    /// The stitched entity as compact JSON text, exactly as it is served.
    pub body: Arc<str>,
    /// Relations its own fields emit (this end only; stitching adds them to both ends).
    pub edges: Vec<Edge>,
    /// `type:target` of the place it was read from; another place that claims the ref loses.
    pub location_key: Arc<str>,
    /// `type:target` of the configured location it descends from.
    pub origin: Arc<str>,
    /// Refs of the entities (Locations) that emitted it. Empty for a root or an orphan.
    pub parents: Vec<EntityRef>,
    /// Hash (hex) of the unstitched entity, so that unchanged input writes nothing.
    pub source_hash: Arc<str>,
    /// Problems of its last processing; also shown in the body's `status.items`.
    pub problems: Vec<StatusItem>,
}

/// A relation that one of an entity's fields emits: `source --type--> target`, with its reverse.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edge {
    /// Relation as seen from the emitting entity, for example `ownedBy`.
    pub forward: Arc<str>,
    /// Relation as seen from the target, for example `ownerOf`.
    pub reverse: Arc<str>,
    /// The other end; it need not exist.
    pub target: EntityRef,
}

/// One entry of `status.items`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusItem {
    /// Error class as the reference names it, for example `InputError`.
    pub name: String,
    /// What is wrong, where, and how to mend it.
    pub message: String,
}

/// One committed change: applied whole or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Entities that are new or differ.
    pub upserts: Vec<StoredEntity>,
    /// Entities that are gone.
    pub deletes: Vec<EntityRef>,
}

impl StatusItem {
    /// Whether the entity is whole all the same: by its class, as the reference's classes of errors end in
    /// `Error`.
    pub fn is_warning(&self) -> bool {
        self.name.ends_with("Warning")
    }
}

impl Change {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.upserts.is_empty() && self.deletes.is_empty()
    }
}
