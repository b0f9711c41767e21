//! Lock files: which version of each package is installed.

mod bun;
mod lines;
mod npm;
mod pnpm;
mod yarn;

use std::collections::HashMap;
use std::sync::Arc;

use crate::packages::package::{Dependency, Wanted};
use crate::{Content, File, Place, Release};

/// A lock file.
#[derive(Debug)]
pub struct Lock {
    /// Its path.
    pub path: Arc<str>,
    /// Whose it is.
    pub kind: LockKind,
    /// What it has, in the file's order.
    pub entries: Vec<Locked>,
    /// Why not all of it could be read.
    pub incomplete: Option<String>,
    by_name: HashMap<Arc<str>, Vec<u32>>,
    by_descriptor: HashMap<Arc<str>, u32>,
}

/// A package in a lock file.
#[derive(Clone, Debug)]
pub struct Locked {
    /// The name of the package in its registry.
    pub name: Arc<str>,
    /// Its version, where that is one.
    pub version: Option<Release>,
    /// What it is there for: `name@range` for yarn, the path with `node_modules` for npm.
    pub descriptors: Vec<Arc<str>>,
    /// Where it comes from, as far as the file says.
    pub resolved: Option<Arc<str>>,
    /// Whether the file has a hash of it.
    pub has_hash: bool,
    /// Whether it runs a script when it is installed; only some files say so.
    pub has_install_script: Option<bool>,
    /// Where it is written.
    pub place: Place,
}

/// Who writes a lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LockKind {
    /// Yarn 1.
    YarnClassic,
    /// Yarn 2 and later.
    YarnBerry,
    /// npm.
    Npm,
    /// pnpm.
    Pnpm,
    /// Bun.
    Bun,
}

/// More entries than a lock file has.
const MAX_ENTRIES: usize = 1 << 19;

impl LockKind {
    /// By a file's name; yarn's two are told apart by what is in them.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "yarn.lock" => Self::YarnClassic,
            "package-lock.json" | "npm-shrinkwrap.json" => Self::Npm,
            "pnpm-lock.yaml" => Self::Pnpm,
            "bun.lock" => Self::Bun,
            _ => return None,
        })
    }

    /// The program that writes it.
    pub fn manager(self) -> &'static str {
        match self {
            Self::YarnClassic | Self::YarnBerry => "yarn",
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Bun => "bun",
        }
    }
}

/// What a reader tells about a file.
#[derive(Default)]
struct Read {
    entries: Vec<Locked>,
    incomplete: Option<String>,
}

impl Read {
    fn unreadable() -> Self {
        Self { incomplete: Some("it is not text that can be read".to_owned()), ..Self::default() }
    }

    fn push(&mut self, entry: Locked) {
        if self.entries.len() < MAX_ENTRIES {
            self.entries.push(entry);
        } else {
            self.incomplete.get_or_insert_with(|| "it has too many entries".to_owned());
        }
    }
}

impl Lock {
    /// Reads a lock file.
    pub(super) fn read(file: &File) -> Option<Self> {
        let mut kind = LockKind::of(file.name())?;
        let Some(text) = file.whole() else {
            let is_there = matches!(file.content, Content::OnDisk(_));
            return is_there.then(|| Self::of_entries(file, kind, Read::unreadable()));
        };
        let text = &*text;
        let read = match kind {
            LockKind::Npm => npm::read(&file.path, text),
            LockKind::Pnpm => pnpm::read(&file.path, text),
            LockKind::Bun => bun::read(&file.path, text),
            LockKind::YarnClassic | LockKind::YarnBerry => {
                let berry = text.contains("\n__metadata:") || text.starts_with("__metadata:");
                kind = if berry { LockKind::YarnBerry } else { LockKind::YarnClassic };
                yarn::read(&file.path, text)
            }
        };
        Some(Self::of_entries(file, kind, read))
    }

    fn of_entries(file: &File, kind: LockKind, read: Read) -> Self {
        let mut by_name: HashMap<Arc<str>, Vec<u32>> = HashMap::new();
        let mut by_descriptor = HashMap::new();
        for (at, entry) in (0..).zip(&read.entries) {
            by_name.entry(Arc::clone(&entry.name)).or_default().push(at);
            for descriptor in &entry.descriptors {
                by_descriptor.entry(Arc::clone(descriptor)).or_insert(at);
            }
        }
        let path = Arc::clone(&file.path);
        Self { path, kind, entries: read.entries, incomplete: read.incomplete, by_name, by_descriptor }
    }

    /// Its folder.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Its entries of a package.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Locked> {
        let entries = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        entries.iter().filter_map(|at| self.entries.get(*at as usize))
    }

    /// The entry of a descriptor.
    fn descriptor(&self, descriptor: &str) -> Option<&Locked> {
        self.entries.get(*self.by_descriptor.get(descriptor)? as usize)
    }

    /// Its entry for a dependency of the package in a folder.
    pub fn of(&self, folder: &str, dependency: &Dependency) -> Option<&Locked> {
        let (name, range) = (&dependency.name, &dependency.range);
        match self.kind {
            LockKind::YarnClassic => self.descriptor(&format!("{name}@{range}")),
            LockKind::YarnBerry => self
                .descriptor(&format!("{name}@{range}"))
                .or_else(|| self.descriptor(&format!("{name}@npm:{range}")))
                .or_else(|| self.of_protocol(dependency)),
            LockKind::Npm => {
                let below = folder.strip_prefix(self.folder()).unwrap_or(folder).trim_start_matches('/');
                let mut at = below;
                loop {
                    let slash = if at.is_empty() { "" } else { "/" };
                    if let Some(entry) = self.descriptor(&format!("{at}{slash}node_modules/{name}")) {
                        return Some(entry);
                    }
                    if at.is_empty() {
                        return None;
                    }
                    at = at.rsplit_once('/').map_or("", |(above, _)| above);
                }
            }
            LockKind::Pnpm | LockKind::Bun => self.fitting(dependency),
        }
    }

    /// Yarn writes `backstage:^` and `patch:` in its own ways: as `backstage:^::backstage=1.54.0&npm=0.12.0`.
    fn of_protocol(&self, dependency: &Dependency) -> Option<&Locked> {
        match dependency.wanted() {
            Wanted::BackstageRelease => {
                let prefix = format!("{}@{}::", dependency.name, dependency.range);
                let has = |entry: &&Locked| entry.descriptors.iter().any(|of| of.starts_with(&prefix));
                self.named(&dependency.name).find(has).or_else(|| self.only(&dependency.name))
            }
            Wanted::Versions(_) => self.fitting(dependency),
            _ => None,
        }
    }

    /// The one entry of a name.
    fn only(&self, name: &str) -> Option<&Locked> {
        let mut named = self.named(name);
        named.next().filter(|_| named.next().is_none())
    }

    /// The highest entry whose version is in a dependency's range.
    fn fitting(&self, dependency: &Dependency) -> Option<&Locked> {
        match dependency.wanted() {
            Wanted::Versions(range) => self
                .named(dependency.package())
                .filter(|entry| entry.version.as_ref().is_some_and(|version| range.holds(version)))
                .max_by(|a, b| a.version.cmp(&b.version)),
            _ => self.only(dependency.package()),
        }
    }
}

/// The version of a text that may have a peer suffix, as in `1.2.3(react@18.0.0)`.
fn version(text: &str) -> Option<Release> {
    Release::parse(text.split(['(', '_']).next().unwrap_or(text))
}

/// `@scope/name@rest`: the name and the rest.
fn name_and_rest(text: &str) -> Option<(&str, &str)> {
    let from = usize::from(text.starts_with('@'));
    let at = text.get(from..)?.find('@')? + from;
    Some((&text[..at], &text[at + 1..]))
}

#[cfg(test)]
mod tests;
