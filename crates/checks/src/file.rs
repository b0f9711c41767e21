//! One file of a repository, read once.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use untrusted::yaml::{self, YamlError};

use crate::Place;
use crate::tree::Item;

/// What a file holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// UTF-8 text.
    Text(Arc<str>),
    /// Something with a NUL among its first bytes, or that is not UTF-8.
    Binary,
    /// More bytes than are read of a file of its kind.
    TooLarge,
    /// It could not be read, because of this.
    Unreadable(String),
    /// It is of a kind that no rule reads, and was not opened.
    Unopened,
    /// A lock file that is too large to be kept; [`File::whole`] reads it.
    OnDisk(PathBuf),
}

/// A document of a YAML (or JSON) file that can be read.
pub type Documents = Result<Vec<Result<Item, YamlError>>, YamlError>;

/// Whether a file of this name holds YAML.
pub(crate) fn is_yaml(name: &str) -> bool {
    matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml")))
}

/// A file.
#[derive(Debug)]
pub struct File {
    /// With `/`, relative to the repository's root.
    pub path: Arc<str>,
    /// What it holds.
    pub content: Content,
    documents: OnceLock<Documents>,
}

impl File {
    /// A file.
    pub fn new(path: &str, content: Content) -> Self {
        Self { path: Arc::from(path), content, documents: OnceLock::new() }
    }

    /// Its text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its text, even if that is too large to be kept: then it is read now, and dropped by who asked.
    pub fn whole(&self) -> Option<Cow<'_, str>> {
        match &self.content {
            Content::OnDisk(path) => std::fs::read_to_string(path).ok().map(Cow::Owned),
            _ => self.text().map(Cow::Borrowed),
        }
    }

    /// Its name without folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Its folder, without a slash at its end; empty for the root.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The documents of a YAML or JSON file, parsed once. Empty ones are left out.
    pub fn documents(&self) -> &Documents {
        self.documents.get_or_init(|| {
            let bytes = self.text().unwrap_or_default().as_bytes();
            let documents = yaml::documents(bytes, &yaml::Limits::default())?;
            Ok(documents
                .filter_map(|document| document.content.transpose())
                .map(|node| node.map(|node| Item::of(&self.path, &node)))
                .collect())
        })
    }

    /// The documents that can be read.
    pub fn trees(&self) -> impl Iterator<Item = &Item> {
        self.documents().iter().flatten().filter_map(|document| document.as_ref().ok())
    }

    /// The one document of a file that holds one.
    pub fn tree(&self) -> Option<&Item> {
        self.trees().next()
    }

    /// Bytes `start..end` of its text.
    pub fn place(&self, start: usize, end: usize) -> Place {
        Place::bytes(&self.path, self.text().unwrap_or_default(), start, end)
    }

    /// The first place of `needle` in its text.
    pub fn place_of(&self, needle: &str) -> Option<Place> {
        let at = self.text()?.find(needle)?;
        Some(self.place(at, at + needle.len()))
    }
}
