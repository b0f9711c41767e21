//! What an acceptance is about.

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use crate::finding::Finding;
use crate::{Item, Place, Repository};

/// Bytes of a pattern.
const BYTES: usize = 1024;

#[derive(Clone, Debug)]
pub(super) enum Scope {
    /// A line of a file.
    Line(Arc<str>, u32),
    /// Files, perhaps one line of them; or a key of a configuration.
    Written {
        paths: GlobMatcher,
        /// Without a slash, a pattern is about names in any folder.
        is_name: bool,
        line: Option<u32>,
        key: String,
    },
}

impl Scope {
    /// Reads `where`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text.len() > BYTES {
            return Err("it does not say where: a path, `path:line`, or a key".to_owned());
        }
        let (pattern, line) = match text.rsplit_once(':').map(|(path, line)| (path, line.parse())) {
            Some((path, Ok(line))) => (path, Some(line)),
            _ => (text, None),
        };
        let paths = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|_| "its place is no pattern that can be read".to_owned())?
            .compile_matcher();
        Ok(Self::Written { paths, is_name: !pattern.contains('/'), line, key: text.to_owned() })
    }

    pub(super) fn holds(&self, finding: &Finding, repository: &Repository) -> bool {
        let place = &finding.place;
        match self {
            Self::Line(path, line) => *path == place.path && *line == place.line.max(1),
            Self::Written { paths, is_name, line, key } => {
                let name = place.path.rsplit('/').next().unwrap_or_default();
                let is_path = paths.is_match(&*place.path) || (*is_name && paths.is_match(name));
                let is_there = is_path && line.is_none_or(|line| line == place.line);
                is_there || (line.is_none() && is_at_key(place, key, repository))
            }
        }
    }
}

/// Whether a place is a key's, or within its value; or where it would be, if it is nowhere.
fn is_at_key(place: &Place, key: &str, repository: &Repository) -> bool {
    repository.projects.iter().any(|project| {
        let of_files = project.configs.iter().filter_map(|config| config.root.at(key));
        let of_productions = project.productions.iter().filter_map(|one| one.root.at(key));
        of_files.chain(of_productions).any(|item| is_within(place, item))
            || project
                .productions
                .iter()
                .any(|one| one.at(key).is_none() && one.near(key) == place && key.contains('.'))
    })
}

fn is_within(place: &Place, item: &Item) -> bool {
    let mut is_met = false;
    item.walk(&mut |_, item| is_met |= item.place == *place || item.key.as_ref() == Some(place));
    is_met
}
