//! What a pattern names on disk.

use std::path::{Path, PathBuf};

use catalog::ingest::ReadError;
use untrusted::glob::Glob;

use super::file::failed;

/// Entries looked at for one pattern.
const ENTRIES: usize = 500_000;

/// The files below `base` that a pattern matches, sorted, at most `most`.
///
/// A folder that cannot be read fails the whole: what lies in it would otherwise look as if it were
/// gone. Links to folders are not followed, links to files are listed.
pub(super) fn list(base: &Path, glob: &Glob, most: usize) -> Result<Vec<PathBuf>, ReadError> {
    let mut found = Vec::new();
    let mut entries = 0;
    let mut folders = vec![(base.to_path_buf(), String::new())];
    while let Some((folder, relative)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| in_folder(&folder, &failed(&error)))? {
            let entry = entry.map_err(|error| in_folder(&folder, &failed(&error)))?;
            entries += 1;
            if entries > ENTRIES || found.len() > most {
                return Err(ReadError::failed(format!(
                    "the pattern has more than {most} files, or more than {ENTRIES} to look at; name a narrower one"
                )));
            }
            // Names that are not text match no pattern.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let relative = if relative.is_empty() { name } else { format!("{relative}/{name}") };
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if glob.may_descend(&relative) {
                    folders.push((entry.path(), relative));
                }
                continue;
            }
            let is_file = kind.is_file() || (kind.is_symlink() && entry.path().is_file());
            if is_file && glob.matches(&relative) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn in_folder(folder: &Path, error: &ReadError) -> ReadError {
    ReadError::failed(format!("folder {}: {error}", folder.display()))
}
