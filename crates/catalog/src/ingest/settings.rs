//! What the operator decides about ingestion, and the bounds nobody may exceed.

use std::path::PathBuf;

use super::{Rules, ScmHosts, Screening};

/// Settings of ingestion, from `catalog` and `integrations` of the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Kinds that may come from where.
    pub rules: Rules,
    /// What becomes of entities that nothing refers to any more.
    pub orphans: OrphanStrategy,
    /// Hosts whose URLs have a page to edit and a source folder.
    pub scm: ScmHosts,
    /// Location types that a Location of another type may point to; Backstage's default is `url`.
    pub location_types: Vec<String>,
    /// The directory that `file` targets are relative to; absolute.
    pub working_directory: PathBuf,
    /// What is done about secrets.
    pub screening: Screening,
    /// Bounds of one refresh.
    pub limits: Limits,
}

/// What becomes of an entity that lost its last parent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrphanStrategy {
    /// It goes.
    #[default]
    Delete,
    /// It stays, with the annotation `backstage.io/orphan`.
    Keep,
}

/// Bounds of one refresh of one configured location.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many Locations may stand between the root and an entity.
    pub depth: usize,
    /// Files read, placeholders included.
    pub files: usize,
    /// Entities found.
    pub entities: usize,
    /// Bytes of one entity, as JSON, placeholders filled in.
    pub entity_bytes: usize,
    /// Reads that one Location waits for at the same time.
    pub concurrent_reads: usize,
    /// Placeholders in one entity.
    pub placeholders: usize,
    /// Problems shown in one entity's status.
    pub problems: usize,
    /// Entities that one change writes or looks at.
    pub piece_entities: usize,
    /// Bytes of bodies after which a change ends.
    pub piece_bytes: usize,
    /// Bounds of one YAML file.
    pub yaml: untrusted::yaml::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 32,
            files: 100_000,
            entities: 1_000_000,
            entity_bytes: 16 * 1024 * 1024,
            concurrent_reads: 8,
            placeholders: 100,
            problems: 50,
            piece_entities: 1000,
            piece_bytes: 4 * 1024 * 1024,
            yaml: untrusted::yaml::Limits::default(),
        }
    }
}

impl Settings {
    /// What holds where nothing is configured. There is no ingestion without screening.
    pub fn new(screening: Screening) -> Self {
        Self {
            rules: Rules::default(),
            orphans: OrphanStrategy::default(),
            scm: ScmHosts::default(),
            location_types: vec!["url".to_owned()],
            working_directory: PathBuf::from("/"),
            screening,
            limits: Limits::default(),
        }
    }
}
