//! Which release of Backstage has which versions of its packages.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::Release;

/// One line a release, one column a package; empty where the release does not have it.
const DATA: &str = include_str!("../../data/releases.csv");

/// The table.
#[derive(Debug)]
pub struct Table {
    releases: Vec<Release>,
    /// By package: the version in each release, in the order of the releases.
    packages: HashMap<&'static str, Vec<Option<Release>>>,
}

/// The table, read once.
pub fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::parse(DATA))
}

impl Table {
    fn parse(text: &'static str) -> Self {
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().unwrap_or_default().split(',').skip(1).collect();
        let mut releases = Vec::new();
        let mut packages: HashMap<&str, Vec<Option<Release>>> = HashMap::new();
        for line in lines {
            let mut cells = line.split(',');
            let Some(release) = cells.next().and_then(Release::parse) else { continue };
            releases.push(release);
            for (name, cell) in names.iter().zip(cells) {
                packages.entry(name).or_default().push(Release::parse(cell));
            }
        }
        Self { releases, packages }
    }

    /// The newest release that is known.
    pub fn newest(&self) -> &Release {
        self.releases.iter().max().expect("the table has releases")
    }

    /// The releases that have a version of a package: the first and the last one. For a version between those of two
    /// releases, the one before it, twice.
    pub fn releases_of(&self, package: &str, version: &Release) -> Option<(&Release, &Release)> {
        let column = self.packages.get(package.strip_prefix("@backstage/")?)?;
        let with = || self.releases.iter().zip(column);
        let mut same = with().filter(|(_, of)| of.as_ref() == Some(version)).map(|(release, _)| release);
        if let Some(first) = same.next() {
            return Some((first, same.next_back().unwrap_or(first)));
        }
        let below = with().filter(|(_, of)| of.as_ref().is_some_and(|of| of < version));
        let before = below.map(|(release, _)| release).max()?;
        Some((before, before))
    }

    /// The newest release whose version of a package is one of some.
    pub fn newest_of(&self, package: &str, is_one: impl Fn(&Release) -> bool) -> Option<&Release> {
        let column = self.packages.get(package.strip_prefix("@backstage/")?)?;
        let with = self.releases.iter().zip(column);
        with.filter(|(_, of)| of.as_ref().is_some_and(&is_one)).map(|(release, _)| release).max()
    }

    /// The version that a release has of a package.
    pub fn version_in(&self, release: &Release, package: &str) -> Option<&Release> {
        let column = self.packages.get(package.strip_prefix("@backstage/")?)?;
        let at = self.releases.iter().position(|of| of == release)?;
        column.get(at)?.as_ref()
    }

    /// The packages it knows, without their scope.
    pub fn packages(&self) -> impl Iterator<Item = &'static str> {
        self.packages.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_tell_releases() {
        let releases = |package: &str, version: &str| {
            let found = table().releases_of(package, &Release::parse(version).expect("a version"));
            found.map(|(first, last)| format!("{first} {last}"))
        };
        assert_eq!(releases("@backstage/plugin-catalog-backend", "1.26.0").as_deref(), Some("1.31.0 1.31.1"));
        assert_eq!(releases("@backstage/plugin-unheard-of", "1.0.0"), None);
        assert_eq!(releases("@backstage/plugin-auth-backend", "0.27.4").as_deref(), Some("1.49.5 1.49.5"));
        assert!(*table().newest() >= Release::new(1, 55, 0));
        assert_eq!(
            table().version_in(&Release::new(1, 48, 0), "@backstage/plugin-auth-backend"),
            Some(&Release::new(0, 27, 0))
        );
    }
}
