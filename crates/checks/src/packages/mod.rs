//! The npm packages of a repository: what they ask for, and what their lock files say is installed.

mod found;
mod lock;
mod package;
mod range;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use found::Found;
pub use lock::{Lock, LockKind, Locked};
pub use package::{Dependency, Kind, Package, Wanted};
pub use range::Range;
pub use table::{Table, table};

pub(crate) use found::release_of;

use rayon::prelude::*;

use crate::repo::Files;
use crate::{Place, Release};

/// All packages and lock files.
#[derive(Debug, Default)]
pub struct Packages {
    packages: BTreeMap<Arc<str>, Package>,
    locks: Vec<Lock>,
}

/// A package that is installed, as far as can be told.
#[derive(Clone, Debug)]
pub struct Installed<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version; where no lock file says it, the lowest that is allowed.
    pub version: Release,
    /// The dependency, where a package.json names it; else the entry of the lock file.
    pub place: &'a Place,
    /// The entry of the lock file, where there is one.
    pub locked: Option<&'a Locked>,
}

impl Packages {
    /// Reads them. Templates of the scaffolder are not packages of this repository.
    pub(crate) fn find(files: &Files) -> Self {
        let manifests: Vec<_> = files.iter().filter(|file| file.name() == "package.json").collect();
        let packages = manifests
            .into_par_iter()
            .filter(|file| !is_sample(files, &file.path))
            .filter_map(Package::of)
            .map(|package| (Arc::clone(&package.path), package))
            .collect();
        let files: Vec<_> = files.iter().filter(|file| LockKind::of(file.name()).is_some()).collect();
        let locks = files.into_par_iter().filter_map(Lock::read).collect();
        Self { packages, locks }
    }

    /// All packages, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Package> {
        self.packages.values()
    }

    /// The package of a package.json.
    pub fn at(&self, path: &str) -> Option<&Package> {
        self.packages.get(path)
    }

    /// The packages in a folder and below.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Package> {
        self.iter().filter(move |package| is_under(&package.folder, folder))
    }

    /// All lock files, by path.
    pub fn locks(&self) -> &[Lock] {
        &self.locks
    }

    /// The lock file that is for a package: the nearest at or above its folder.
    pub fn lock_of(&self, package: &Package) -> Option<&Lock> {
        self.lock_for(&package.folder)
    }

    /// The nearest lock file at or above a folder.
    pub fn lock_for(&self, folder: &str) -> Option<&Lock> {
        self.locks
            .iter()
            .filter(|lock| is_under(folder, lock.folder()))
            .max_by_key(|lock| lock.folder().len())
    }

    /// What a lock file says about a dependency of a package.
    pub fn locked(&self, package: &Package, dependency: &Dependency) -> Option<&Locked> {
        self.lock_of(package)?.of(&package.folder, dependency)
    }

    /// The version that is installed for a dependency, or the lowest that may be.
    pub fn version_of(&self, package: &Package, dependency: &Dependency) -> Option<Release> {
        self.locked(package, dependency)
            .and_then(|locked| locked.version.clone())
            .or_else(|| dependency.lower())
    }

    /// Every version of a package that an application in a folder has installed, the lowest first. What a package.json
    /// names comes with that place.
    pub fn installed<'a>(&'a self, folder: &'a str, name: &'a str) -> Vec<Installed<'a>> {
        let mut found: Vec<Installed<'a>> = Vec::new();
        for package in self.under(folder) {
            for dependency in &package.dependencies {
                if dependency.package() != name || matches!(dependency.kind, Kind::Peer | Kind::Resolution) {
                    continue;
                }
                let locked = self.locked(package, dependency);
                let version = locked.and_then(|locked| locked.version.clone()).or_else(|| dependency.lower());
                let Some(version) = version else { continue };
                if !found.iter().any(|other| other.version == version) {
                    found.push(Installed { name, version, place: &dependency.place, locked });
                }
            }
        }
        for locked in self.lock_for(folder).into_iter().flat_map(|lock| lock.named(name)) {
            let Some(version) = &locked.version else { continue };
            if !found.iter().any(|other| other.version == *version) {
                let version = version.clone();
                found.push(Installed { name, version, place: &locked.place, locked: Some(locked) });
            }
        }
        found.sort_by(|a, b| a.version.cmp(&b.version));
        found
    }

    /// The lowest version of a package that an application in a folder has installed.
    pub fn version<'a>(&'a self, folder: &'a str, name: &'a str) -> Option<(Release, &'a Place)> {
        self.installed(folder, name).into_iter().next().map(|found| (found.version, found.place))
    }

    /// Whether it is the package of this repository, by its name.
    pub fn is_own(&self, name: &str) -> bool {
        self.iter().any(|package| package.name() == Some(name))
    }
}

/// Whether a path is of a template's skeleton (what the scaffolder makes of it is another repository) or made for tests.
fn is_sample(files: &Files, path: &str) -> bool {
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        let slash = if parent.is_empty() { "" } else { "/" };
        let has = |template: &str| files.get(&format!("{parent}{slash}{template}")).is_some();
        match name {
            "content" | "skeleton" | "template" if has("template.yaml") || has("template.yml") => {
                return true;
            }
            "__fixtures__" | "fixtures" | "node_modules" => return true,
            _ => {}
        }
    }
    false
}

/// Whether a folder is another one or below it.
pub(crate) fn is_under(folder: &str, above: &str) -> bool {
    above.is_empty()
        || folder == above
        || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installed_versions_are_those_of_the_lock_file_with_the_place_of_package_json() {
        let files = Files::of_texts([
            ("packages/backend/package.json", "{\"dependencies\": {\n\"@backstage/config\": \"^1.0.0\"}}"),
            (
                "yarn.lock",
                "\"@backstage/config@^1.0.0\":\n  version \"1.3.2\"\n\n\"@backstage/config@^0.9.0\":\n  version \"0.9.1\"\n",
            ),
        ]);
        let packages = Packages::find(&files);
        let installed: Vec<_> = packages
            .installed("", "@backstage/config")
            .into_iter()
            .map(|found| (found.version.to_string(), found.place.to_string()))
            .collect();
        let (old, new) = ("0.9.1".to_owned(), "1.3.2".to_owned());
        let at = "packages/backend/package.json:2:1".to_owned();
        assert_eq!(installed, [(old, "yarn.lock:4:1".to_owned()), (new, at)]);
    }

    #[test]
    fn skeletons_of_templates_are_not_packages_here() {
        let files = Files::of_texts([
            ("examples/template/template.yaml", "kind: Template\n"),
            ("examples/template/content/package.json", "{}"),
            ("packages/content/package.json", "{}"),
        ]);
        let packages = Packages::find(&files);
        assert_eq!(
            packages.iter().map(|package| &*package.path).collect::<Vec<_>>(),
            ["packages/content/package.json"]
        );
    }
}
