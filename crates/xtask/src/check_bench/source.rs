//! The repository that is checked: copies of real ones, one after the other until there are enough files, or a made one.

use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use super::made;
use super::options::Options;

/// Folders that are not copied: of git, what was installed.
const LEFT: [&str; 2] = [".git", "node_modules"];
/// Kinds of files that are not copied: a repository of code has few of them, and nobody opens them.
const UNREAD: [&str; 8] = ["zip", "png", "jpg", "jpeg", "gif", "pdf", "ttf", "mp4"];

/// The repository.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) folder: PathBuf,
    pub(super) dockerfiles: Vec<PathBuf>,
    pub(super) files: usize,
    pub(super) bytes: u64,
}

/// Lays it, anew.
pub(super) fn lay(options: &Options) -> Result<Source, String> {
    let folder = options.folder.join("repository");
    let _ = std::fs::remove_dir_all(&folder);
    let mut laid = Source { folder, dockerfiles: Vec::new(), files: 0, bytes: 0 };
    if options.sources.is_empty() {
        for (path, text) in made::repository(options.files) {
            laid.write(&path, text.as_bytes()).map_err(|error| format!("{path}: {error}"))?;
        }
        return Ok(laid);
    }
    for round in 0.. {
        let before = laid.files;
        for (at, source) in options.sources.iter().enumerate() {
            let to = PathBuf::from(format!("copy-{round}")).join(at.to_string());
            laid.copy(source, &to, options.files)?;
        }
        if laid.files >= options.files {
            break;
        }
        if laid.files == before {
            return Err("there are no files in what --source names".to_owned());
        }
    }
    Ok(laid)
}

impl Source {
    fn write(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        let place = self.folder.join(path);
        if let Some(folder) = place.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&place, bytes)?;
        self.count(&place, bytes.len() as u64);
        Ok(())
    }

    fn count(&mut self, place: &Path, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
        if place.file_name().is_some_and(|name| name == "Dockerfile") {
            self.dockerfiles.push(place.to_owned());
        }
    }

    fn copy(&mut self, from: &Path, within: &Path, most: usize) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", from.display());
        let mut entries: Vec<DirEntry> =
            std::fs::read_dir(from).and_then(Iterator::collect).map_err(failed)?;
        entries.sort_by_key(DirEntry::file_name);
        std::fs::create_dir_all(self.folder.join(within)).map_err(failed)?;
        for entry in entries {
            let (name, path) = (entry.file_name(), entry.path());
            let kind = entry.file_type().map_err(failed)?;
            let is_unread = path.extension().is_some_and(|end| UNREAD.iter().any(|kind| end == *kind));
            if self.files >= most || LEFT.iter().any(|left| name == *left) || is_unread {
                continue;
            }
            let to = within.join(&name);
            if kind.is_dir() {
                self.copy(&path, &to, most)?;
            } else if kind.is_file() {
                let place = self.folder.join(to);
                let bytes = std::fs::copy(&path, &place).map_err(failed)?;
                self.count(&place, bytes);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_files_are_copied_until_there_are_enough() {
        let folder = tempfile::tempdir().expect("a folder");
        let from = folder.path().join("from");
        for path in ["Dockerfile", "src/a.ts", "node_modules/a.js", "logo.png", ".git/HEAD"] {
            std::fs::create_dir_all(from.join(path).parent().expect("it has one")).expect("room");
            std::fs::write(from.join(path), "text").expect("room");
        }
        let folder = folder.path().join("to");
        let options = Options { sources: vec![from], files: 5, folder, ..Options::default() };
        let laid = lay(&options).expect("there are files");
        assert_eq!((laid.files, laid.bytes, laid.dockerfiles.len()), (5, 20, 3));
        assert!(laid.folder.join("copy-1/0/src/a.ts").is_file());
        assert!(!laid.folder.join("copy-0/0/logo.png").exists());
    }
}
