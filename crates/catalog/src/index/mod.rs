//! The index: the whole catalog in memory, in a form that answers every query.
//!
//! Readers take the current [`Snapshot`] and never lock or wait; one writer at a time makes the next
//! one, sharing what a change does not touch. Slots number the entities of a snapshot; postings
//! say which slots have a value of a key. Bodies are the stored text itself, so answers are copied
//! together and not printed.
//!
//! INVARIANT: for every predicate, `select` gives exactly the entities for which
//! `model::Predicate::matches` holds (`selecting_is_asking_each`), and a snapshot that changes were
//! applied to equals one built anew (`applying_changes_is_building_anew`), both in `tests/index_laws.rs`.

mod apply;
mod block;
mod build;
mod collect;
mod column;
mod error;
mod facet;
mod fold;
mod leaf;
mod order;
mod posting;
mod refs;
mod rows;
mod select;
mod slots;
mod snapshot;
mod table;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use model::{Change, EntityRef, Sequence, StoredEntity};

pub use error::IndexError;
pub use facet::FacetValue;
pub(crate) use fold::fold;
pub(crate) use leaf::number_text;
pub(crate) use order::{Order, Ranking, Way};
pub use posting::Slot;
use slots::Kept;
pub use snapshot::Snapshot;

/// The current snapshot, and the way to the next.
#[derive(Debug)]
pub struct Index {
    current: ArcSwap<Snapshot>,
    /// Held while a change is applied; readers never take it.
    writer: Mutex<()>,
}

impl Default for Index {
    fn default() -> Self {
        Self::build(std::iter::empty(), 0).expect("no entity can be wrong where there is none")
    }
}

impl Index {
    /// Builds an index of everything that is stored, as of this position in the feed of changes.
    pub fn build(
        entities: impl IntoIterator<Item = StoredEntity>,
        sequence: Sequence,
    ) -> Result<Self, IndexError> {
        let mut builder = Builder::default();
        for entity in entities {
            builder.add(entity.entity_ref, &entity.uid, entity.body, entity.parents.into())?;
        }
        builder.finish(sequence)
    }

    /// The present state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Applies one committed change. One that is already included is passed over, so a feed may
    /// repeat itself. If an entity is refused, nothing changes.
    pub fn apply(&self, change: &Change, sequence: Sequence) -> Result<(), IndexError> {
        let _writing = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let current = self.current.load_full();
        if sequence <= current.sequence() {
            return Ok(());
        }
        self.current.store(Arc::new(current.applied(change, sequence)?));
        Ok(())
    }
}

/// Collects what an index is built of, one entity after the other.
#[derive(Debug, Default)]
pub struct Builder {
    kept: Vec<Kept>,
    parents: HashSet<Arc<[EntityRef]>>,
}

impl Builder {
    /// Adds an entity: its ref, uid, body and the refs of what emitted it.
    pub fn add(
        &mut self,
        entity_ref: EntityRef,
        uid: &str,
        body: Arc<str>,
        parents: Arc<[EntityRef]>,
    ) -> Result<(), IndexError> {
        let uid = apply::uid_of(&entity_ref, uid)?;
        // All entities of one file have the same parents.
        let parents = if let Some(shared) = self.parents.get(&parents) {
            Arc::clone(shared)
        } else {
            self.parents.insert(Arc::clone(&parents));
            parents
        };
        self.kept.push(Kept { entity_ref, uid, body, parents });
        Ok(())
    }

    /// The index of all that was added, as of this position in the feed of changes.
    pub fn finish(self, sequence: Sequence) -> Result<Index, IndexError> {
        drop(self.parents);
        let snapshot = Snapshot::new(self.kept, sequence)?;
        Ok(Index { current: ArcSwap::from_pointee(snapshot), writer: Mutex::new(()) })
    }
}
