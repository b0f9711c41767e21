//! One package.json.

use std::sync::Arc;

use crate::packages::range::Range;
use crate::tree::Item;
use crate::{File, Place, Release};

/// A package.
#[derive(Clone, Debug)]
pub struct Package {
    /// The path of its package.json.
    pub path: Arc<str>,
    /// Its folder; empty for the root.
    pub folder: String,
    /// All of the file.
    pub item: Item,
    /// Everything that it depends on, in the file's order.
    pub dependencies: Vec<Dependency>,
}

/// One thing that a package depends on.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The name it is installed under.
    pub name: Arc<str>,
    /// What the file says about its version.
    pub range: Arc<str>,
    /// In which part of the file.
    pub kind: Kind,
    /// The place of its name.
    pub place: Place,
    /// The place of its range.
    pub range_place: Place,
}

/// A part of a package.json that names packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `dependencies`.
    Runtime,
    /// `devDependencies`.
    Dev,
    /// `peerDependencies`.
    Peer,
    /// `optionalDependencies`.
    Optional,
    /// `resolutions` or `overrides`.
    Resolution,
}

/// What the text of a dependency means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// Versions of the package of that name in the registry.
    Versions(Range),
    /// A tag of the registry, such as `latest`.
    Tag(&'a str),
    /// Whatever the Backstage release of backstage.json has: `backstage:^`.
    BackstageRelease,
    /// A package of this repository.
    Workspace,
    /// A folder or an archive beside it.
    Local(&'a str),
    /// A Git repository.
    Git(&'a str),
    /// An archive at a URL.
    Archive(&'a str),
    /// Something else.
    Unknown(&'a str),
}

const PARTS: &[(&str, Kind)] = &[
    ("dependencies", Kind::Runtime),
    ("devDependencies", Kind::Dev),
    ("peerDependencies", Kind::Peer),
    ("optionalDependencies", Kind::Optional),
    ("resolutions", Kind::Resolution),
    ("overrides", Kind::Resolution),
];

impl Package {
    /// The package of a package.json that can be read.
    pub(super) fn of(file: &File) -> Option<Self> {
        let item = file.tree()?.clone();
        item.as_map()?;
        let mut dependencies = Vec::new();
        for (part, kind) in PARTS {
            for (name, value) in item.get(part).into_iter().flat_map(Item::entries) {
                if let Some(range) = value.as_str() {
                    dependencies.push(Dependency {
                        name: Arc::clone(name),
                        range: Arc::from(range),
                        kind: *kind,
                        place: value.key_place().clone(),
                        range_place: value.place.clone(),
                    });
                }
            }
        }
        Some(Self { path: Arc::clone(&file.path), folder: file.folder().to_owned(), item, dependencies })
    }

    /// Its name.
    pub fn name(&self) -> Option<&str> {
        self.item.get("name")?.as_str()
    }

    /// What Backstage takes it for: `backend`, `frontend`, `backend-plugin`.
    pub fn role(&self) -> Option<&str> {
        self.item.at("backstage.role")?.as_str()
    }

    /// The patterns of its workspaces.
    pub fn workspaces(&self) -> Vec<&str> {
        let Some(workspaces) = self.item.get("workspaces") else { return Vec::new() };
        let list = workspaces.get("packages").unwrap_or(workspaces);
        list.items().iter().filter_map(Item::as_str).collect()
    }

    /// Its scripts.
    pub fn scripts(&self) -> impl Iterator<Item = (&Arc<str>, &Item)> {
        self.item.get("scripts").into_iter().flat_map(Item::entries)
    }

    /// The Node versions that it says it runs on.
    pub fn node_engine(&self) -> Option<&Item> {
        self.item.at("engines.node")
    }

    /// The package manager it asks for: `yarn@4.4.1`.
    pub fn package_manager(&self) -> Option<&str> {
        self.item.get("packageManager")?.as_str()
    }

    /// What it depends on when it runs.
    pub fn runtime(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|dependency| dependency.is_runtime())
    }

    /// The first dependency of a name; what runs comes first.
    pub fn dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependencies.iter().find(|dependency| &*dependency.name == name)
    }
}

impl Dependency {
    /// Whether it is there when the package runs.
    pub fn is_runtime(&self) -> bool {
        matches!(self.kind, Kind::Runtime | Kind::Optional)
    }

    /// What its text means.
    pub fn wanted(&self) -> Wanted<'_> {
        wanted(&self.range)
    }

    /// The name of the package in the registry: another one than its own for `npm:other@^1`.
    pub fn package(&self) -> &str {
        alias(&self.range).map_or(&self.name, |(name, _)| name)
    }

    /// The versions that its text allows.
    pub fn range(&self) -> Option<Range> {
        match self.wanted() {
            Wanted::Versions(range) => Some(range),
            _ => None,
        }
    }

    /// The lowest version that its text allows.
    pub fn lower(&self) -> Option<Release> {
        match self.wanted() {
            Wanted::Versions(range) => Some(range.lower()),
            _ => None,
        }
    }
}

/// `npm:name@range`: the name, and the range.
fn alias(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("npm:")?;
    let at = rest.rfind('@').filter(|at| *at > 0)?;
    Some((&rest[..at], &rest[at + 1..]))
}

pub(super) fn wanted(text: &str) -> Wanted<'_> {
    let text = text.trim();
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    match scheme {
        "workspace" => return Wanted::Workspace,
        "backstage" => return Wanted::BackstageRelease,
        "file" | "link" | "portal" => return Wanted::Local(rest),
        "npm" => {
            let range = alias(text).map_or(rest, |(_, range)| range);
            return Range::parse(range).map_or(Wanted::Tag(range), Wanted::Versions);
        }
        // `patch:name@npm%3A1.2.3#~/.yarn/patches/..`: a registry's package with changes of this repository.
        "patch" => {
            let inside = rest.split('#').next().unwrap_or(rest).replace("%3A", ":").replace("%5E", "^");
            let range = inside.rsplit('@').next().unwrap_or_default();
            let range = range.strip_prefix("npm:").unwrap_or(range);
            return Range::parse(range).map_or(Wanted::Unknown(text), Wanted::Versions);
        }
        "github" | "gitlab" | "bitbucket" | "gist" | "git" | "ssh" => return Wanted::Git(text),
        scheme if scheme.starts_with("git+") => return Wanted::Git(text),
        "http" | "https" => {
            let path = rest.split('#').next().unwrap_or(rest);
            return if path.strip_suffix(".git").is_some() {
                Wanted::Git(text)
            } else {
                Wanted::Archive(text)
            };
        }
        "" => {}
        scheme if scheme.contains('@') => return Wanted::Git(text),
        _ => return Wanted::Unknown(text),
    }
    if let Some(range) = Range::parse(text) {
        return Wanted::Versions(range);
    }
    if text.starts_with('.') || text.starts_with('/') || text.starts_with('~') {
        return Wanted::Local(text);
    }
    // `owner/name#ref` is a repository at GitHub.
    let repository = text.split('#').next().unwrap_or(text);
    if repository.split('/').count() == 2 && !repository.contains(char::is_whitespace) {
        return Wanted::Git(text);
    }
    let tag = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    if tag { Wanted::Tag(text) } else { Wanted::Unknown(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_what_npm_and_yarn_say() {
        assert_eq!(wanted("workspace:^"), Wanted::Workspace);
        assert_eq!(wanted("backstage:^"), Wanted::BackstageRelease);
        assert_eq!(wanted("latest"), Wanted::Tag("latest"));
        assert_eq!(wanted("link:../app"), Wanted::Local("../app"));
        for git in
            ["github:a/b", "a/b#main", "git+https://host/a.git", "git@host:a/b.git", "https://host/a.git"]
        {
            assert!(matches!(wanted(git), Wanted::Git(_)), "{git}");
        }
        assert!(matches!(wanted("http://host/a.tgz"), Wanted::Archive(_)));
        let exact = |text| matches!(wanted(text), Wanted::Versions(range) if range.is_exact());
        assert!(exact("1.2.3") && exact("npm:other@1.2.3") && exact("patch:a@npm%3A1.2.3#~/.yarn/a.patch"));
        assert!(matches!(wanted("npm:^1.0.0"), Wanted::Versions(_)));
    }
}
