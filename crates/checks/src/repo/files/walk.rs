//! Which files there are.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use super::git::Git;
use super::ignored::Ignored;
use super::kinds::{self, Folder};
use super::{Unread, open};

/// More files than a repository has.
const FILES: usize = 200_000;
/// More folders in each other than a repository has.
const DEPTH: usize = 100;
/// More things in all, with those that are left out.
const ENTRIES: usize = 4_000_000;

/// Files by path, and what there is beside them.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) found: Vec<Found>,
    pub(super) unread: Vec<Unread>,
}

/// A file to be opened.
#[derive(Debug)]
pub(super) struct Found {
    /// With `/`, relative to the root.
    pub(super) path: String,
    /// Where it is.
    pub(super) on_disk: PathBuf,
}

struct Walk {
    root: PathBuf,
    honours_git: bool,
    entries: usize,
    walked: Walked,
}

/// A folder that waits.
struct Waiting {
    path: String,
    on_disk: PathBuf,
    depth: usize,
    ignored: Ignored,
}

/// Finds the files below a folder.
pub(super) fn walk(root: &Path) -> Walked {
    let root = match root.canonicalize() {
        Ok(root) => root,
        Err(error) => {
            return Walked { unread: vec![Unread::new(".", open::why(&error))], ..Walked::default() };
        }
    };
    let git = Git::of(&root);
    let mut ignored = Ignored::default();
    if let Some(git) = &git {
        ignored = ignored.with(&git.top, &git.own.join("info/exclude"));
        let mut above: Vec<&Path> =
            root.ancestors().skip(1).filter(|path| path.starts_with(&git.top)).collect();
        above.reverse();
        for folder in above {
            ignored = ignored.with(folder, &folder.join(".gitignore"));
        }
    }
    let mut walk =
        Walk { root: root.clone(), honours_git: git.is_some(), entries: 0, walked: Walked::default() };
    let mut waiting = vec![Waiting { path: String::new(), on_disk: root, depth: 0, ignored }];
    while let Some(folder) = waiting.pop() {
        walk.folder(folder, &mut waiting);
    }
    if let Some(git) = &git {
        if !git.is_readable {
            walk.note(".git/index", "what git tracks cannot be told from it, so that tracked files which are ignored may be missing");
        }
        walk.tracked(&git.tracked);
    }
    walk.walked.found.sort_by(|a, b| a.path.cmp(&b.path));
    for found in walk.walked.found.split_off(FILES.min(walk.walked.found.len())) {
        walk.note(&found.path, "the repository has more files than are read of one");
    }
    walk.walked
}

impl Walk {
    fn note(&mut self, path: &str, reason: impl Into<String>) {
        self.walked.unread.push(Unread::new(path, reason));
    }

    fn folder(&mut self, folder: Waiting, waiting: &mut Vec<Waiting>) {
        let shown = if folder.path.is_empty() { "." } else { &folder.path };
        if folder.depth > DEPTH {
            return self.note(shown, "it is too deep in folders");
        }
        let listed = std::fs::read_dir(&folder.on_disk).and_then(|all| {
            let room = ENTRIES.saturating_sub(self.entries);
            all.take(room)
                .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))))
                .collect()
        });
        let mut listed: Vec<(std::ffi::OsString, std::fs::FileType)> = match listed {
            Ok(listed) => listed,
            Err(error) => return self.note(shown, open::why(&error)),
        };
        self.entries += listed.len();
        if self.entries >= ENTRIES {
            self.note(shown, "the repository has more files than are read of one");
        }
        listed.sort_by(|a, b| a.0.cmp(&b.0));
        let mut ignored = folder.ignored;
        if self.honours_git && listed.iter().any(|(name, _)| name == ".gitignore") {
            ignored = ignored.with(&folder.on_disk, &folder.on_disk.join(".gitignore"));
        }
        for (name, kind) in listed {
            let on_disk = folder.on_disk.join(&name);
            // In a second working tree `.git` is a file.
            if name == ".git" || ignored.holds(&on_disk, kind.is_dir()) {
                continue;
            }
            let slash = if folder.path.is_empty() { "" } else { "/" };
            let Some(name) = name.to_str() else {
                let path = format!("{}{slash}{}", folder.path, name.to_string_lossy());
                if kind.is_dir() || !kinds::is_unopened(&path) {
                    self.note(&path, "its name is not UTF-8");
                }
                continue;
            };
            let path = format!("{}{slash}{name}", folder.path);
            if kind.is_dir() {
                if kinds::folder(&path, &on_disk) == Folder::Own {
                    let (depth, ignored) = (folder.depth + 1, ignored.clone());
                    waiting.push(Waiting { path, on_disk, depth, ignored });
                }
            } else if kind.is_file() {
                self.walked.found.push(Found { path, on_disk });
            } else if kind.is_symlink() {
                self.link(&path, &on_disk);
            } else {
                self.note(&path, "it is no ordinary file");
            }
        }
    }

    /// A link is not followed. What it leads to is read where it is, if that is here.
    fn link(&mut self, path: &str, on_disk: &Path) {
        match on_disk.canonicalize() {
            Ok(to) if to.starts_with(&self.root) => {}
            Ok(_) => self.note(path, "it is a link that leads out of the repository"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.note(path, "it is a link to something that is not there");
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                self.note(path, open::why(&error));
            }
            // A link to itself, or round a circle of links: it leads nowhere.
            Err(_) => self.note(path, "it is a link that leads nowhere"),
        }
    }

    /// Adds what is tracked although it is ignored, or lies in a folder of what is built.
    fn tracked(&mut self, tracked: &HashSet<String>) {
        let seen: HashSet<&str> = self.walked.found.iter().map(|found| found.path.as_str()).collect();
        let mut more: Vec<&str> =
            tracked.iter().map(String::as_str).filter(|path| !seen.contains(path)).collect();
        more.sort_unstable();
        let mut folders = HashMap::new();
        for path in more {
            let on_disk = self.root.join(path);
            let above = path.rsplit_once('/').map_or("", |(above, _)| above);
            let is_file = || on_disk.symlink_metadata().is_ok_and(|found| found.is_file());
            if path.matches('/').count() <= DEPTH && self.is_own(above, &mut folders) && is_file() {
                self.walked.found.push(Found { path: path.to_owned(), on_disk });
            }
        }
    }

    /// Whether a folder is reached through no link, and through nothing that was installed.
    fn is_own<'a>(&self, folder: &'a str, known: &mut HashMap<&'a str, bool>) -> bool {
        if folder.is_empty() {
            return true;
        }
        if let Some(is_own) = known.get(folder) {
            return *is_own;
        }
        let on_disk = self.root.join(folder);
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let is_own = self.is_own(above, known)
            && kinds::folder(folder, &on_disk) != Folder::Installed
            && on_disk.symlink_metadata().is_ok_and(|found| found.is_dir());
        known.insert(folder, is_own);
        is_own
    }
}
