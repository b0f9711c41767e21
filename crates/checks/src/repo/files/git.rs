//! The repository of git that a folder is of.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::{index, open};

/// More bytes than an index has.
const INDEX: u64 = 256 << 20;
/// More bytes than a `.git` file has, which says where the folder is.
const POINTER: u64 = 8 << 10;

/// A repository of git.
#[derive(Debug)]
pub(super) struct Git {
    /// The folder of the working tree.
    pub(super) top: PathBuf,
    /// The folder of git's own files.
    pub(super) own: PathBuf,
    /// What it tracks in the folder that is read, relative to that folder.
    pub(super) tracked: HashSet<String>,
    /// Whether what it tracks is known.
    pub(super) is_readable: bool,
}

impl Git {
    /// The repository that a folder is the top of, or is tracked in. A folder in which nothing is tracked is no part of
    /// the repository above it, whatever that says of it.
    pub(super) fn of(root: &Path) -> Option<Self> {
        let (top, own) = root.ancestors().find_map(|top| Some((top.to_owned(), own(top)?)))?;
        let within = root.strip_prefix(&top).ok()?.to_str()?;
        let file = own.join("index");
        let mut git = Self { top, own, tracked: HashSet::new(), is_readable: true };
        match open::small(&file, INDEX).as_deref().map(index::tracked) {
            Some(Some(tracked)) => git.tracked = tracked,
            // Before anything is added there is none.
            None if !file.exists() => {}
            _ => git.is_readable = false,
        }
        if within.is_empty() {
            return Some(git);
        }
        let prefix = format!("{within}/");
        git.tracked =
            git.tracked.iter().filter_map(|path| path.strip_prefix(&prefix).map(str::to_owned)).collect();
        (!git.tracked.is_empty()).then_some(git)
    }
}

/// Git's own folder: `.git`, or where a file of that name points, as in a second working tree.
fn own(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    let kind = git.symlink_metadata().ok()?.file_type();
    if kind.is_dir() {
        return git.join("HEAD").symlink_metadata().is_ok().then_some(git);
    }
    let text = String::from_utf8(open::small(&git, POINTER)?).ok()?;
    let to = text.lines().next()?.strip_prefix("gitdir:")?.trim();
    (!to.is_empty()).then(|| top.join(to))
}
