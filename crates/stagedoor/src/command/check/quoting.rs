//! What may be shown of what a report quotes: no part of a secret of any file that it is about.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use checks::{Checklist, File, Place, Repository, registry};
use rayon::prelude::*;
use secrets::Copies;

use crate::masks;
use crate::output::plain;

/// What stands for a secret.
pub(crate) const HIDDEN: &str = "***";
/// Bytes of a value below which it is in too many words to be looked for.
const SHORTEST: usize = 4;

/// Masks what is quoted of the files of a repository.
pub(crate) struct Quoting<'r> {
    repository: &'r Repository,
    /// By path; looked for when a file is first quoted.
    copies: HashMap<Arc<str>, Option<Copies>>,
    /// By path, what rules about secrets point at: a name gives it away, where a scanner sees nothing in it. Longer
    /// ones first.
    named: HashMap<Arc<str>, Vec<String>>,
}

impl<'r> Quoting<'r> {
    pub(crate) fn new(repository: &'r Repository) -> Self {
        let rules = registry().filter(|entry| entry.rule.checklist == Checklist::Secrets);
        let mut named: HashMap<Arc<str>, Vec<String>> = HashMap::new();
        for finding in checks::run(repository, rules).findings {
            let value =
                repository.files.get(&finding.place.path).and_then(|file| value(file, &finding.place));
            if let Some(value) = value {
                named.entry(finding.place.path).or_default().push(value);
            }
        }
        for values in named.values_mut() {
            values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        }
        Self { repository, copies: HashMap::new(), named }
    }

    /// Looks at the files of these paths at once, on all cores.
    pub(crate) fn prepare<'p>(&mut self, paths: impl IntoIterator<Item = &'p Arc<str>>) {
        let new: BTreeSet<&Arc<str>> =
            paths.into_iter().filter(|path| !self.copies.contains_key(*path)).collect();
        let repository = self.repository;
        let found: Vec<_> =
            new.into_par_iter().map(|path| (Arc::clone(path), copies(repository, path))).collect();
        self.copies.extend(found);
    }

    /// One line about these places, without secrets and without anything that moves a cursor.
    pub(crate) fn line<'p>(&mut self, text: &str, places: impl IntoIterator<Item = &'p Place>) -> String {
        plain(&self.text(text, places))
    }

    /// The same for text of several lines.
    pub(crate) fn text<'p>(&mut self, text: &str, places: impl IntoIterator<Item = &'p Place>) -> String {
        let mut masked = text.to_owned();
        for place in places {
            for value in self.named.get(&place.path).into_iter().flatten() {
                masked = masked.replace(value.as_str(), HIDDEN);
            }
            if let Some(copies) = self.of(&place.path) {
                masked = copies.mask(&masked).into_owned();
            }
        }
        masks::text(&masked).into_owned()
    }

    fn of(&mut self, path: &Arc<str>) -> Option<&Copies> {
        let repository = self.repository;
        self.copies.entry(Arc::clone(path)).or_insert_with(|| copies(repository, path)).as_ref()
    }
}

fn copies(repository: &Repository, path: &str) -> Option<Copies> {
    let text = repository.files.get(path).and_then(File::whole)?;
    Some(masks::copies(path, text.as_bytes()))
}

/// The first line of the value at a place, or of the value that the place is the name of.
fn value(file: &File, place: &Place) -> Option<String> {
    if place.line == 0 {
        return None;
    }
    let text = file.text()?;
    let line = text.get(place.start..)?.lines().next()?;
    let named = text.get(place.end..)?.lines().next().and_then(after_name);
    let value = match named {
        Some(value) => value,
        None => text.get(place.start..place.end.min(place.start + line.len()))?,
    };
    let value = value.trim_matches([' ', '\t', '"', '\'', ',', '}']);
    (value.len() >= SHORTEST).then(|| value.to_owned())
}

/// What comes after `: ` or `=`, where a line goes on so after a name.
pub(crate) fn after_name(rest: &str) -> Option<&str> {
    rest.trim_start_matches(['"', '\'', ' ', '\t']).strip_prefix([':', '='])
}
