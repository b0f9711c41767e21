//! What is remembered of files between refreshes, so that those that did not change are not parsed.

use std::collections::HashMap;
use std::sync::Arc;

use model::EntityRef;
use sha2::{Digest, Sha256};

use super::Settings;
use super::location::LocationSpec;

/// Hash of a file's bytes, or of the settings they were read under.
pub(super) type Fingerprint = [u8; 32];

/// What parsing a file gave. Only files without problems, secrets and placeholders are remembered: of
/// any other there is more to tell, or what it gives depends on more than its bytes.
#[derive(Clone, Debug)]
pub(super) struct FileMemory {
    pub fingerprint: Fingerprint,
    /// `ETag` of the source, if it gave one.
    pub validator: Option<Arc<str>>,
    /// The entities in it, in file order.
    pub entities: Arc<[EntityRef]>,
    /// Those of them that are Locations, and what they point to.
    pub locations: Arc<[(EntityRef, LocationSpec)]>,
}

/// Files of one configured location, as they were read under certain settings.
#[derive(Clone, Debug)]
struct RootMemory {
    settings: Fingerprint,
    files: HashMap<Arc<str>, FileMemory>,
}

/// Memories of files, by the configured location they were read for: rules and annotations depend on
/// it.
#[derive(Clone, Debug, Default)]
pub struct Memories {
    roots: HashMap<Arc<str>, RootMemory>,
}

impl Memories {
    /// Empty memories of one configured location, to be filled during a walk. They replace older ones.
    pub(super) fn of(root: &Arc<str>, settings: Fingerprint) -> Self {
        let memory = RootMemory { settings, files: HashMap::new() };
        Self { roots: HashMap::from([(root.clone(), memory)]) }
    }

    /// What is known of a file that was read under the same settings.
    pub(super) fn find(&self, root: &str, settings: Fingerprint, file: &str) -> Option<&FileMemory> {
        self.roots.get(root).filter(|memory| memory.settings == settings)?.files.get(file)
    }

    pub(super) fn note(&mut self, root: &str, file: &Arc<str>, memory: FileMemory) {
        if let Some(of_root) = self.roots.get_mut(root) {
            of_root.files.insert(file.clone(), memory);
        }
    }

    /// Takes over newer memories, whole configured locations at a time.
    pub(super) fn merge(&mut self, newer: Self) {
        self.roots.extend(newer.roots);
    }

    /// Forgets the files of one configured location.
    pub(super) fn forget(&mut self, root: &str) {
        self.roots.remove(root);
    }

    /// Forgets configured locations that are gone.
    pub(super) fn keep_roots(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.roots.retain(|root, _| keep(root));
    }
}

/// Hash of a file's bytes.
pub(super) fn fingerprint(bytes: &[u8]) -> Fingerprint {
    Sha256::digest(bytes).into()
}

/// Hash of settings: under other rules the same bytes give other entities.
pub(super) fn fingerprint_of(settings: &Settings) -> Fingerprint {
    fingerprint(format!("{settings:?}").as_bytes())
}
