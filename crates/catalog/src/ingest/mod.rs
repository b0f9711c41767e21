//! Ingestion: what configured locations hold becomes a [`Change`](model::Change) for the store.
//!
//! Pure but for the [`Reader`] it is handed. One refresh takes one configured location, follows the
//! Locations in it, reads and checks every document, compares with the [`State`] and says what
//! differs. A broken document costs only itself: its neighbours go on, and what was read of it before
//! stays, with a status item.

mod location;
mod memory;
mod reader;
mod report;
mod rules;
mod scm;
mod settings;
mod state;

use std::sync::Arc;

use model::EntityRef;

pub use location::RootLocation;
pub use memory::Memories;
pub use reader::{Content, Purpose, ReadError, ReadErrorKind, ReadRequest, Reader, SourceFile};
pub use report::{Conflict, Outcome, Problem, Report};
pub use rules::{AllowedKind, LocationTest, Rule, Rules, TargetTest};
pub use scm::{ScmHosts, ScmKind};
pub use settings::{Limits, OrphanStrategy, Settings};
pub use state::State;

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
#[derive(Clone, Debug, Default)]
pub struct Ingest {
    settings: Settings,
}

impl Ingest {
    /// Ingestion with these settings. A new configuration is a new `Ingest`.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}
