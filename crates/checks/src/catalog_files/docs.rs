//! Sources of TechDocs.

use crate::repo::Files;
use crate::{File, Item};

/// A mkdocs configuration that TechDocs builds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocsSource<'a> {
    /// Its file.
    pub(crate) file: &'a File,
    /// What it says. None where it cannot be read, as with tags that Python reads as code.
    pub(crate) root: Option<&'a Item>,
}

/// The mkdocs configurations that are for TechDocs: those with its plugin. Others publish elsewhere.
pub(crate) fn docs(files: &Files) -> impl Iterator<Item = DocsSource<'_>> {
    files
        .iter()
        .filter(|file| matches!(file.name(), "mkdocs.yml" | "mkdocs.yaml"))
        .filter(|file| file.text().is_some_and(|text| text.contains("techdocs-core")))
        .map(|file| DocsSource { file, root: file.tree() })
}
