//! Ingestion: what configured locations hold becomes [`Change`](model::Change)s for the store.
//!
//! Pure but for the [`Reader`] it is handed. One refresh takes one configured location, follows the
//! Locations in it, reads and checks every document, compares with the [`State`] and says what
//! differs, in pieces that need little memory ([`Plan::next_change`]). A broken document costs only itself: its neighbours go on, and what was read of it before
//! stays, with a status item.

mod annotate;
mod clashes;
mod document;
mod draft;
mod location;
mod memory;
mod pieces;
mod placeholder;
mod plan;
mod reader;
mod report;
mod rescan;
mod rules;
mod scm;
mod screen;
mod settings;
mod source;
mod state;
mod stitch;
mod texts;
mod walk;

use std::collections::HashSet;
use std::sync::Arc;

use model::{EntityRef, Timestamp};

pub use location::RootLocation;
pub use memory::Memories;
pub use plan::Plan;
pub use reader::{Content, Purpose, ReadError, ReadErrorKind, ReadRequest, Reader, SourceFile};
pub use report::{Conflict, FilesRead, Problem, Quarantined, Report};
pub use rescan::Rescanned;
pub use rules::{AllowedKind, LocationTest, Rule, Rules, TargetTest};
pub use scm::{ScmHosts, ScmKind};
pub use screen::{AllowedFinding, OnFind, Screening};
pub use settings::{Limits, OrphanStrategy, Settings};
pub use state::State;
pub use walk::Walk;

use draft::Draft;
use walk::Walker;

/// Where the bodies of stored entities come from; the [`State`] does not keep them.
pub trait Bodies: Sync {
    /// The body as it is served, if the entity is stored.
    fn body(&self, entity: &EntityRef) -> Option<Arc<str>>;
}

/// Bytes as lower-case hex digits.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

/// Ingestion under one configuration.
#[derive(Clone, Debug)]
pub struct Ingest {
    settings: Settings,
    print: memory::Fingerprint,
}

impl Ingest {
    /// Ingestion with these settings. A new configuration, or new rules of secrets, is a new `Ingest`.
    pub fn new(settings: Settings) -> Self {
        Self { print: memory::fingerprint_of(&settings), settings }
    }

    /// Reads everything that descends from a configured location. Several may be read at the same
    /// time under one state.
    pub async fn read(&self, root: &RootLocation, reader: &impl Reader, state: &State) -> Walk {
        Walker::new(&self.settings, self.print, state, reader, &self.shown(root)).run().await
    }

    /// The same ingestion at a later time, if that makes a difference: a finding that was allowed may be
    /// allowed no more.
    pub fn as_of(&self, now: Timestamp) -> Option<Self> {
        let screening = self.settings.screening.as_of(now)?;
        Some(Self::new(Settings { screening, ..self.settings.clone() }))
    }

    /// A configured location as it is known in the catalog. One whose target holds a secret goes by its
    /// masked form, which leads nowhere.
    fn shown(&self, root: &RootLocation) -> RootLocation {
        match self.settings.screening.masked_location(root.location()) {
            Some(masked) => RootLocation::withheld(masked),
            None => root.clone(),
        }
    }

    /// Compares what was read with what is known. The state may have moved on since the reading; what
    /// that makes uncertain is left for the next refresh.
    pub fn plan(&self, walk: Walk, state: &State) -> Plan {
        plan::plan(&self.settings, walk, state)
    }

    /// Removes configured locations that are not in `keep`, with all that only they lead to.
    pub fn retire_roots(&self, keep: &[RootLocation], state: &State) -> Plan {
        let keep: HashSet<String> = keep.iter().map(|root| self.shown(root).location().to_string()).collect();
        let gone = state.roots().filter(|root| !keep.contains(*root)).map(location::root_ref);
        let gone: Vec<EntityRef> = gone.collect();
        let mut draft = Draft::new(state, gone.clone());
        for root in &gone {
            draft.delete(root);
        }
        draft.settle_orphans(OrphanStrategy::Delete);
        draft.settle_origins(&"".into());
        Plan::of(draft, &self.settings.limits)
    }
}

#[cfg(test)]
mod tests;
