//! `catalog`: what may be taken in, from where, and how often.

use std::time::Duration;

use crate::Place;

/// The catalog's part of the configuration.
#[derive(Clone, Debug)]
pub struct CatalogSettings {
    /// `catalog.rules`; `None` means the reference's default (Component, API, Location).
    pub rules: Option<Vec<Rule>>,
    /// `catalog.locations`, in order.
    pub locations: Vec<ConfiguredLocation>,
    /// `catalog.processingInterval`; `None` when it is `false`. 120 s unless given.
    pub processing_interval: Option<Duration>,
    /// `catalog.orphanStrategy`.
    pub orphan_strategy: OrphanStrategy,
    /// `catalog.readonly`: locations cannot be changed through the API.
    pub readonly: bool,
}

/// One entry of `catalog.rules`. Rules only ever add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is allowed.
    pub allow: Vec<Allow>,
    /// From where; `None` is anywhere, an empty list nowhere.
    pub locations: Option<Vec<RuleLocation>>,
}

/// An allowed kind; both compare without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The kind.
    pub kind: String,
    /// `spec.type`, if only that one is allowed.
    pub spec_type: Option<String>,
}

/// A place a rule holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLocation {
    /// Location type; `None` for any.
    pub kind: Option<String>,
    /// Which targets.
    pub target: RuleTarget,
}

/// Which targets of a location type a rule holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleTarget {
    /// Every target.
    Any,
    /// This target, with case.
    Exact(String),
    /// Targets that match this glob, without case, dots included.
    Pattern(String),
}

/// One entry of `catalog.locations`.
#[derive(Clone, Debug)]
pub struct ConfiguredLocation {
    /// Location type: `file`, `url`, …
    pub kind: String,
    /// As written; a file's path is relative to the working directory.
    pub target: String,
    /// Rules for exactly this location, beside the global ones.
    pub rules: Option<Vec<Vec<Allow>>>,
    /// Where it was written.
    pub place: Place,
}

/// What becomes of entities that nothing refers to any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrphanStrategy {
    /// They stay, marked.
    Keep,
    /// They go.
    #[default]
    Delete,
}
