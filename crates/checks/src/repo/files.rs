//! The files of a repository.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::{Content, File};

/// Files by path, read into memory; and what was left out.
#[derive(Debug, Default)]
pub struct Files {
    files: BTreeMap<Arc<str>, File>,
    unread: Vec<Unread>,
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its path.
    pub path: String,
    /// Why, as a phrase.
    pub reason: String,
}

impl Files {
    /// Reads everything below a folder.
    pub fn read(root: &Path) -> Self {
        let mut all = Self::default();
        let walk = ignore::WalkBuilder::new(root)
            .hidden(false)
            .follow_links(false)
            .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some(".git" | "node_modules")))
            .build();
        for entry in walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file())) {
            let path = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().into_owned();
            let content = match std::fs::read(entry.path()) {
                Ok(bytes) => {
                    String::from_utf8(bytes).map_or(Content::Binary, |text| Content::Text(text.into()))
                }
                Err(error) => Content::Unreadable(error.to_string()),
            };
            all.add(File::new(&path, content));
        }
        all
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
