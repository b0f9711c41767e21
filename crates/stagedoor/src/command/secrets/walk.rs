//! Which files are scanned: those of folders, without what is ignored and without links.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};
use secrets::Scanner;

use super::found::{Place, shown};
use super::leave::Leaves;
use super::notes::{Kind, Note};
use crate::failure::Failure;

/// What stands for standard input.
const STDIN: &str = "-";

/// Something to scan.
pub(crate) struct Target {
    /// What is opened; standard input where this is missing.
    pub(crate) open: Option<PathBuf>,
    /// The file's name.
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// Walks through what was named, and hands over what is to be scanned as it comes by. A path that is not
/// there is a mistake, and then nothing is scanned. What there is to note of the others.
pub(crate) fn walk(
    paths: &[PathBuf],
    honour_ignores: bool,
    scanner: &Scanner,
    leaves: &mut Leaves,
    found: &mut dyn FnMut(Target),
) -> Result<Vec<Note>, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut roots = Vec::new();
    for path in paths {
        roots.push(if path.as_os_str() == STDIN { None } else { Some(root(path)?) });
    }
    let mut walk = Walk { honour_ignores, scanner, known: HashSet::new(), found, notes: Vec::new() };
    for (path, root) in paths.iter().zip(roots) {
        let Some(root) = root else {
            walk.stdin();
            continue;
        };
        let folder = if root.is_dir() { &root } else { root.parent().unwrap_or(&root) };
        let under = leaves.above(folder);
        walk.path(path, &root, leaves, under);
    }
    Ok(walk.notes)
}

/// Where a path really leads.
fn root(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::Refused {
        message: format!("cannot scan `{}`: {error}", path.display()),
        hint: Some("name files and folders that are there; nothing was scanned".to_owned()),
    })
}

struct Walk<'a> {
    honour_ignores: bool,
    scanner: &'a Scanner,
    /// Real paths, so that nothing is scanned twice.
    known: HashSet<PathBuf>,
    found: &'a mut dyn FnMut(Target),
    notes: Vec<Note>,
}

impl Walk<'_> {
    fn stdin(&mut self) {
        if self.known.insert(PathBuf::from(STDIN)) {
            let place = Place { path: "<stdin>".to_owned(), ..Place::default() };
            (self.found)(Target { open: None, name: String::new(), place });
        }
    }

    fn path(&mut self, path: &Path, root: &Path, leaves: &Leaves, under: Option<usize>) {
        let is_folder = root.is_dir();
        // Only what is below a named folder can be left out by a name.
        let builder = WalkBuilder::new(path)
            .hidden(false)
            .follow_links(false)
            .require_git(false)
            .git_global(false)
            .git_exclude(false)
            .ignore(self.honour_ignores)
            .git_ignore(self.honour_ignores)
            .parents(self.honour_ignores)
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git")
            .build();
        for entry in builder {
            match entry {
                Ok(entry) => {
                    let below = entry.path().strip_prefix(path).unwrap_or(Path::new("")).to_path_buf();
                    let real =
                        if below.as_os_str().is_empty() { root.to_path_buf() } else { root.join(&below) };
                    self.entry(&entry, real, root, leaves, under);
                }
                Err(error) => self.unreadable(&error),
            }
        }
        if !is_folder && !root.is_file() {
            self.note(Kind::Special, path);
        }
    }

    fn entry(&mut self, entry: &DirEntry, real: PathBuf, root: &Path, leaves: &Leaves, under: Option<usize>) {
        if let Some(error) = entry.error() {
            self.unreadable(error);
        }
        // What was named itself may be a link; it was followed.
        let kind = if entry.depth() == 0 {
            std::fs::metadata(&real).ok().map(|m| m.file_type())
        } else {
            entry.file_type()
        };
        let Some(kind) = kind else { return };
        if kind.is_dir() {
            return;
        }
        if kind.is_symlink() {
            match real.canonicalize() {
                // What it leads to is scanned where it is.
                Ok(target) if target.starts_with(root) => {}
                Ok(_) => self.note(Kind::Outside, entry.path()),
                Err(_) => self.note(Kind::Broken, entry.path()),
            }
            return;
        }
        if !kind.is_file() {
            if entry.depth() > 0 {
                self.note(Kind::Special, entry.path());
            }
            return;
        }
        if !self.known.insert(real.clone()) {
            return;
        }
        let under = under.and_then(|at| Some((at, leaves.inside(at, &real)?)));
        let path = self.shown(entry.path());
        let name = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let place = Place { path, commit: None, under };
        (self.found)(Target { open: Some(real), name, place });
    }

    /// A path with `/`, without `./` before it, without secrets.
    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(".").unwrap_or(path);
        shown(self.scanner, &path.to_string_lossy())
    }

    fn note(&mut self, kind: Kind, path: &Path) {
        let note = Note::new(kind, self.shown(path));
        self.notes.push(note);
    }

    fn unreadable(&mut self, error: &ignore::Error) {
        // The text of an error has the path in it.
        let text = shown(self.scanner, &error.to_string());
        let place = place_of(error).map_or_else(|| "a folder".to_owned(), |path| self.shown(path));
        self.notes.push(Note::with(Kind::Unreadable, place, text));
    }
}

fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(place_of),
        _ => None,
    }
}
