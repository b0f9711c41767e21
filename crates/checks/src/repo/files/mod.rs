//! The files of a repository.

mod git;
mod ignored;
mod index;
mod kinds;
mod open;
#[cfg(test)]
mod tests;
mod walk;

#[cfg(any(test, feature = "fuzz"))]
pub(crate) use index::tracked;
#[cfg(test)]
pub(crate) use index::written;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::file::is_yaml;
use crate::{Content, File};

/// Files that are opened at once; between such lots it is asked whether there is room for more.
const LOT: usize = 512;
/// More text than is kept of a repository.
const TEXT: usize = 1 << 30;

/// Files by path, read into memory; and what was left out.
#[derive(Debug, Default)]
pub struct Files {
    files: BTreeMap<Arc<str>, File>,
    unread: Vec<Unread>,
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Its path.
    pub path: String,
    /// Why, as a phrase.
    pub reason: String,
}

impl Files {
    /// Reads what belongs to a repository: in one of git, what git tracks and what it would offer to add; else all. What
    /// is installed or built is left out, links are not followed, and pictures and the like are there without being opened.
    pub fn read(root: &Path) -> Self {
        let walked = walk::walk(root);
        let mut all = Self { unread: walked.unread, ..Self::default() };
        let mut allowed = TEXT;
        for lot in walked.found.chunks(LOT) {
            if allowed == 0 {
                let reason = "the repository has more text than is read of one";
                all.unread.extend(lot.iter().map(|found| Unread::new(&found.path, reason)));
                continue;
            }
            let read: Vec<_> = lot.par_iter().map(open::content).collect();
            for (found, (content, reason)) in lot.iter().zip(read) {
                if let Content::Text(text) = &content {
                    allowed = allowed.saturating_sub(text.len());
                }
                all.unread.extend(reason.map(|reason| Unread::new(&found.path, reason)));
                all.add(File::new(&found.path, content));
            }
        }
        all.unread.sort();
        all
    }

    /// Parses what nearly every reader asks for, on all cores; else the first to ask would, one file after the other.
    pub(super) fn parse(&self) {
        let yaml: Vec<&File> = self.iter().filter(|file| is_yaml(file.name())).collect();
        yaml.par_iter().for_each(|file| {
            let _ = file.documents();
        });
    }

    /// A repository that is made up.
    pub fn of_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut all = Self::default();
        for (path, text) in texts {
            all.add(File::new(path, Content::Text(text.into())));
        }
        all
    }

    fn add(&mut self, file: File) {
        self.files.insert(Arc::clone(&file.path), file);
    }

    /// All of them, by path.
    pub fn iter(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// The files in a folder and below; all of them for the empty path.
    pub fn under<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a File> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = prefix.clone();
        self.files
            .range::<str, _>((std::ops::Bound::Included(start.as_str()), std::ops::Bound::Unbounded))
            .map(|(_, file)| file)
            .take_while(move |file| file.path.starts_with(&prefix))
    }

    /// What was not read.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }
}

impl Unread {
    pub(crate) fn new(path: &str, reason: impl Into<String>) -> Self {
        Self { path: path.to_owned(), reason: reason.into() }
    }
}
