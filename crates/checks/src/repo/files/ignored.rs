//! What `.gitignore` files leave out.

use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::open;

/// More bytes than such a file has.
const BYTES: u64 = 1 << 20;
/// More patterns than one has.
const PATTERNS: usize = 10_000;

/// The patterns that hold in a folder: its own before those of the folders above.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignored(Option<Arc<Level>>);

#[derive(Debug)]
struct Level {
    patterns: Gitignore,
    above: Ignored,
}

impl Ignored {
    /// With the patterns of a file, which are relative to a folder.
    pub(super) fn with(self, folder: &Path, file: &Path) -> Self {
        let Some(bytes) = open::small(file, BYTES) else { return self };
        let text = String::from_utf8_lossy(&bytes);
        let mut patterns = GitignoreBuilder::new(folder);
        for line in text.lines().take(PATTERNS) {
            // One that is none says nothing, as in git.
            let _ = patterns.add_line(None, line);
        }
        match patterns.build() {
            Ok(patterns) if !patterns.is_empty() => Self(Some(Arc::new(Level { patterns, above: self }))),
            _ => self,
        }
    }

    /// Whether something in the folder is left out.
    pub(super) fn holds(&self, path: &Path, is_folder: bool) -> bool {
        let mut level = &self.0;
        while let Some(here) = level {
            match here.patterns.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => level = &here.above.0,
            }
        }
        false
    }
}
