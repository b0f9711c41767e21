//! What may be shown of what a report quotes: no part of a secret of any file that it is about.

use std::collections::HashMap;
use std::sync::Arc;

use checks::{File, Place, Repository};
use secrets::Copies;

use crate::masks;
use crate::output::plain;

/// Masks what is quoted of the files of a repository.
pub(crate) struct Quoting<'r> {
    repository: &'r Repository,
    /// By path; looked for when a file is first quoted.
    copies: HashMap<Arc<str>, Option<Copies>>,
}

impl<'r> Quoting<'r> {
    pub(crate) fn new(repository: &'r Repository) -> Self {
        Self { repository, copies: HashMap::new() }
    }

    /// One line about these places, without secrets and without anything that moves a cursor.
    pub(crate) fn line<'p>(&mut self, text: &str, places: impl IntoIterator<Item = &'p Place>) -> String {
        plain(&self.text(text, places))
    }

    /// The same for text of several lines.
    pub(crate) fn text<'p>(&mut self, text: &str, places: impl IntoIterator<Item = &'p Place>) -> String {
        let mut masked = text.to_owned();
        for place in places {
            if let Some(copies) = self.of(&place.path) {
                masked = copies.mask(&masked).into_owned();
            }
        }
        masks::text(&masked).into_owned()
    }

    fn of(&mut self, path: &Arc<str>) -> Option<&Copies> {
        let repository = self.repository;
        self.copies
            .entry(Arc::clone(path))
            .or_insert_with(|| {
                let text = repository.files.get(path).and_then(File::text)?;
                Some(masks::copies(path, text.as_bytes()))
            })
            .as_ref()
    }
}
