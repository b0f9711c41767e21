//! What is kept of one entity.

use std::fmt;

use model::StatusItem;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// One entity, without its body; numbers are ids of the tables of [`State`](super::State).
#[derive(Debug)]
pub(in crate::ingest) struct Slot {
    pub uid: Uuid,
    /// `None` if the store holds something we did not write; it then counts as changed.
    pub source_hash: Option<SourceHash>,
    pub location: u32,
    pub origin: u32,
    pub parents: Box<[u32]>,
    pub edges: Box<[Out]>,
    pub problems: Box<[StatusItem]>,
    /// Whether it stands for a configured location.
    pub root: bool,
}

impl Slot {
    /// Whether nothing emits it any more.
    pub(in crate::ingest) fn orphan(&self) -> bool {
        self.parents.is_empty() && !self.root
    }
}

/// A relation it emits.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) struct Out {
    pub relation: u16,
    pub target: u32,
}

/// Hash of an unstitched entity: 32 hex digits, kept as 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct SourceHash(u128);

impl SourceHash {
    /// The hash of an entity's compact JSON.
    pub(in crate::ingest) fn of(text: &str) -> Self {
        let digest = Sha256::digest(text);
        let (half, _) = digest.split_first_chunk::<16>().expect("a digest has 32 bytes");
        Self(u128::from_be_bytes(*half))
    }

    pub(in crate::ingest) fn parse(text: &str) -> Option<Self> {
        (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok().map(Self)).flatten()
    }
}

impl fmt::Display for SourceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}
