//! Published advisories of npm packages: those that are compiled in, and those of an OSV export.

mod condition;
mod osv;
mod table;

use std::sync::OnceLock;

pub use condition::{Condition, Used};
pub use osv::{OsvError, parse_osv};

use crate::packages::Range;
use crate::{Release, Severity};

/// What the binary carries.
const DATA: &str = include_str!("../../data/advisories.tsv");

/// Advisories.
#[derive(Clone, Debug, Default)]
pub struct Advisories {
    /// In the order of their source.
    pub list: Vec<Advisory>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Advisory {
    /// Its id, a CVE where it has one.
    pub id: String,
    /// Its other ids.
    pub aliases: Vec<String>,
    /// How bad it is, as published.
    pub severity: Severity,
    /// What has it.
    pub affected: Vec<Affected>,
    /// The Backstage releases with the fix.
    pub fixed: Vec<Release>,
    /// The settings without which nobody can use it.
    pub when: Condition,
    /// What must be set besides the upgrade.
    pub needs: Condition,
    /// Where the facts are from.
    pub source: Source,
    /// What it is, as a phrase.
    pub summary: String,
}

/// A package, and the versions that are affected.
#[derive(Clone, Debug)]
pub struct Affected {
    /// Its name; empty for the Backstage release as a whole.
    pub package: String,
    /// Each range of versions.
    pub ranges: Vec<Range>,
}

/// Where facts are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The advisory.
    Advisory,
    /// A page about it.
    Page,
    /// The advisory names no versions; these are what the fixes beside it have.
    Secondary,
    /// The OSV export that was given.
    Osv,
}

impl Advisories {
    /// Those that are compiled in.
    pub fn built_in() -> &'static Self {
        static TABLE: OnceLock<Advisories> = OnceLock::new();
        TABLE.get_or_init(|| table::parse(DATA))
    }

    /// These and others; one that is in both is what the others say.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        let known = |advisory: &Advisory| others.list.iter().any(|other| other.is(advisory));
        let mut list: Vec<Advisory> = self.list.iter().filter(|advisory| !known(advisory)).cloned().collect();
        let same = |advisory: &Advisory| self.list.iter().find(|own| own.is(advisory)).cloned();
        list.extend(others.list.iter().map(|other| match same(other) {
            // What is known about the settings is not in an export.
            Some(own) => Advisory {
                when: own.when,
                needs: own.needs,
                fixed: own.fixed,
                summary: own.summary,
                ..other.clone()
            },
            None => other.clone(),
        }));
        Self { list }
    }

    /// Those that name a package.
    pub fn of<'a>(&'a self, package: &'a str) -> impl Iterator<Item = (&'a Advisory, &'a Affected)> {
        self.list.iter().flat_map(move |advisory| {
            advisory
                .affected
                .iter()
                .filter(move |affected| affected.package == package)
                .map(move |affected| (advisory, affected))
        })
    }
}

impl Advisory {
    /// Whether two are the same, by any of their ids.
    fn is(&self, other: &Self) -> bool {
        let named = |id: &str| other.id == id || other.aliases.iter().any(|alias| alias == id);
        named(&self.id) || self.aliases.iter().any(|alias| named(alias))
    }
}

impl Affected {
    /// Whether a version is affected.
    pub fn has(&self, version: &Release) -> bool {
        self.ranges.iter().any(|range| range.contains(version))
    }
}

#[cfg(test)]
mod tests;
