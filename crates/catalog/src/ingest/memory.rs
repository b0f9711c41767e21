//! What is remembered of files between refreshes, so that those that did not change are not parsed.

use std::collections::HashMap;
use std::sync::Arc;

use model::EntityRef;

use super::location::LocationSpec;

/// Hash of a file's bytes.
pub(super) type Fingerprint = [u8; 16];

/// What parsing a file gave. Only files without problems and without placeholders are remembered:
/// the answer of any other depends on more than its bytes.
#[derive(Clone, Debug)]
pub(super) struct FileMemory {
    pub fingerprint: Fingerprint,
    /// ETag of the source, if it gave one.
    pub validator: Option<Arc<str>>,
    /// The entities in it, in file order.
    pub entities: Arc<[EntityRef]>,
    /// Those of them that are Locations, and what they point to.
    pub locations: Arc<[(EntityRef, LocationSpec)]>,
}

/// Memories of many files, by `type:target` of the file and the root it was read for (rules and
/// annotations depend on the root).
#[derive(Clone, Debug, Default)]
pub struct Memories {
    pub(super) files: HashMap<(Arc<str>, Arc<str>), Option<FileMemory>>,
}

impl Memories {
    pub(super) fn find(&self, root: &Arc<str>, file: &Arc<str>) -> Option<&FileMemory> {
        self.files.get(&(root.clone(), file.clone()))?.as_ref()
    }

    /// Notes what a file gave this time; `None` forgets it.
    pub(super) fn note(&mut self, root: &Arc<str>, file: &Arc<str>, memory: Option<FileMemory>) {
        self.files.insert((root.clone(), file.clone()), memory);
    }

    /// Takes over newer memories.
    pub(super) fn merge(&mut self, newer: Self) {
        for (key, memory) in newer.files {
            match memory {
                Some(memory) => drop(self.files.insert(key, Some(memory))),
                None => drop(self.files.remove(&key)),
            }
        }
    }
}
