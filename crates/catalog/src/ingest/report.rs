//! What a refresh tells whoever asked for it.

use std::sync::Arc;

use model::{EntityRef, StatusItem};

/// What happened during a refresh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Files that were read, unchanged ones included.
    pub files: usize,
    /// Files among them that were known to be unchanged and were not parsed.
    pub unchanged_files: usize,
    /// Which files those are.
    pub read: FilesRead,
    /// Entities found, the root Location included.
    pub entities: usize,
    /// Everything that went wrong, in the order it was met.
    pub problems: Vec<Problem>,
    /// Refs that two places claim.
    pub conflicts: Vec<Conflict>,
    /// Versions that wait in quarantine for their secrets to be taken out.
    pub quarantined: Vec<Quarantined>,
}

/// Which files a refresh read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FilesRead {
    /// Every one that the location leads to.
    #[default]
    All,
    /// These alone, as `type:target`; others could not be read, and what they gave before stays.
    Only(Vec<Arc<str>>),
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `type:target` of the file or location it concerns.
    pub location: Arc<str>,
    /// The entity whose `status.items` shows it.
    pub entity: EntityRef,
    /// What is wrong, where, and how to mend it.
    pub item: StatusItem,
}

/// A ref that two places claim. The first writer keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The ref both claim.
    pub entity: EntityRef,
    /// `type:target` of the place that has it.
    pub holder: Arc<str>,
    /// `type:target` of the place that was refused.
    pub claimant: Arc<str>,
}

/// A version that is not served, because a secret was found in it. For the eyes of the entity's owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The entity it is a version of.
    pub entity: EntityRef,
    /// What would be served of it, secrets masked: without a uid of its own, and with those relations only
    /// that its own fields emit.
    pub body: Arc<str>,
}
