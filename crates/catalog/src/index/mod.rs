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

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use model::{Change, Sequence, StoredEntity};

pub use error::IndexError;
pub use facet::FacetValue;
pub(crate) use fold::fold;
pub(crate) use leaf::number_text;
pub(crate) use order::{Order, Ranking, Way};
pub use posting::Slot;
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
        let mut parents: std::collections::HashSet<Arc<[model::EntityRef]>> =
            std::collections::HashSet::new();
        let mut kept = Vec::new();
        for entity in entities {
            let mut one = apply::kept(&entity)?;
            // All entities of one file have the same parents.
            match parents.get(&one.parents) {
                Some(shared) => one.parents = Arc::clone(shared),
                None => {
                    parents.insert(Arc::clone(&one.parents));
                }
            }
            kept.push(one);
        }
        drop(parents);
        let snapshot = Snapshot::new(kept, sequence)?;
        Ok(Self { current: ArcSwap::from_pointee(snapshot), writer: Mutex::new(()) })
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
