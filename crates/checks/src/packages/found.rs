//! The Backstage release of an application.

use crate::finding::Step;
use crate::packages::{Dependency, Kind, Packages, table};
use crate::repo::Files;
use crate::{Place, Release};

/// A release, and how it is known.
#[derive(Clone, Debug)]
pub struct Found {
    /// The release.
    pub release: Release,
    /// Where it is written, and what that says.
    pub how: Step,
    /// Whether a file says it, or the lock file's versions do. Otherwise it is the lowest that package.json allows.
    pub certain: bool,
    /// The newest release that it can be: no core package may be of a newer one.
    pub newest: Release,
}

impl Found {
    /// Where it is written.
    pub fn place(&self) -> Option<&Place> {
        self.how.place.as_ref()
    }
}

/// Packages that every release has, and whose versions tell releases apart.
const CORE: &[&str] = &[
    "@backstage/backend-defaults",
    "@backstage/plugin-catalog-backend",
    "@backstage/plugin-auth-backend",
    "@backstage/plugin-scaffolder-backend",
    "@backstage/plugin-techdocs-backend",
    "@backstage/plugin-app-backend",
    "@backstage/core-components",
    "@backstage/backend-common",
    "@backstage/cli",
];

/// The release of the application in a folder.
pub(crate) fn release_of(files: &Files, packages: &Packages, folder: &str) -> Option<Found> {
    let path =
        if folder.is_empty() { "backstage.json".to_owned() } else { format!("{folder}/backstage.json") };
    let said = files.get(&path).and_then(crate::File::tree).and_then(|tree| tree.get("version"));
    if let Some((item, release)) = said.and_then(|item| Some((item, Release::parse(item.as_str()?)?))) {
        let text = format!("backstage.json says {release}");
        let how = Step { place: Some(item.place.clone()), text };
        return Some(Found { newest: release.clone(), release, how, certain: true });
    }
    let of_dependencies = of_packages(packages, folder);
    let allowed = newest(packages, folder);
    let release = of_dependencies.iter().map(|of| of.0.clone()).min()?;
    // Where the backend says so, if it does.
    let is_elsewhere = |place: &Place| !place.path.ends_with("backend/package.json");
    let (own, place, name, version, locked) = of_dependencies
        .into_iter()
        .min_by(|a, b| (is_elsewhere(&a.1), &a.0).cmp(&(is_elsewhere(&b.1), &b.0)))?;
    let text = if locked {
        format!("{name} {version} is installed, which is of release {own}")
    } else {
        format!("{name} {version} is the lowest that package.json allows, which is of release {own}")
    };
    let newest = if locked { release.clone() } else { allowed.unwrap_or_else(|| table().newest().clone()) };
    Some(Found {
        newest: newest.max(release.clone()),
        release,
        how: Step { place: Some(place), text },
        certain: locked,
    })
}

/// The newest release that a range of a core package allows: `^0.2.0` never reaches 0.3. One that has ended says nothing.
fn newest(packages: &Packages, folder: &str) -> Option<Release> {
    let ranges = CORE.iter().filter(|name| !name.ends_with("/backend-common")).flat_map(|name| {
        let own = packages.under(folder).filter_map(move |package| package.dependency(name));
        let own = own.filter(|dependency| !matches!(dependency.kind, Kind::Peer | Kind::Resolution));
        own.filter_map(Dependency::range)
            .filter_map(move |range| table().newest_of(name, |version| range.holds(version)))
    });
    ranges.max().cloned()
}

/// For each core package that a package.json of the application names: the last release that has its version.
fn of_packages(packages: &Packages, folder: &str) -> Vec<(Release, Place, &'static str, Release, bool)> {
    let mut found = Vec::new();
    for name in CORE {
        for package in packages.under(folder) {
            let Some(dependency) = package.dependency(name) else { continue };
            if matches!(dependency.kind, Kind::Peer | Kind::Resolution) {
                continue;
            }
            let locked = packages.locked(package, dependency).and_then(|locked| locked.version.clone());
            let is_locked = locked.is_some();
            let Some(version) = locked.or_else(|| dependency.lower()) else { continue };
            let Some((_, last)) = table().releases_of(name, &version) else { continue };
            found.push((last.clone(), dependency.place.clone(), *name, version, is_locked));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Option<(String, bool)> {
        let files = Files::of_texts(files.iter().copied());
        let packages = Packages::find(&files);
        release_of(&files, &packages, "").map(|found| (found.release.to_string(), found.certain))
    }

    #[test]
    fn the_release_is_told_by_the_best_that_is_there() {
        let manifest = (
            "packages/backend/package.json",
            r#"{"dependencies":{"@backstage/plugin-catalog-backend":"^1.26.0"}}"#,
        );
        let lock = ("yarn.lock", "\"@backstage/plugin-catalog-backend@^1.26.0\":\n  version \"1.28.0\"\n");
        assert_eq!(found(&[manifest]), Some(("1.31.1".to_owned(), false)));
        assert_eq!(found(&[manifest, lock]).map(|found| found.1), Some(true));
        let said = ("backstage.json", r#"{"version": "1.40.2"}"#);
        assert_eq!(found(&[manifest, lock, said]), Some(("1.40.2".to_owned(), true)));
        assert_eq!(found(&[("backstage.json", r#"{"version": "soon"}"#)]), None);
    }

    #[test]
    fn ranges_say_what_it_can_be_at_most() {
        let at_most = |dependencies: &str| {
            let manifest = format!(r#"{{"dependencies":{{{dependencies}}}}}"#);
            let files = Files::of_texts([("packages/backend/package.json", manifest.as_str())]);
            let packages = Packages::find(&files);
            release_of(&files, &packages, "").map(|found| found.newest.to_string())
        };
        let newest = table().newest().to_string();
        assert_eq!(at_most(r#""@backstage/backend-defaults":"^0.2.0""#).as_deref(), Some("1.27.7"));
        assert_eq!(at_most(r#""@backstage/plugin-catalog-backend":"^1.26.0""#).as_deref(), Some("1.38.1"));
        assert_eq!(at_most(r#""@backstage/backend-defaults":">=0.2.0""#), Some(newest));
    }
}
