//! A keyword, and what is looked for where it stands.

use crate::name;
use crate::rule::{Rule, Shape};

/// One keyword.
pub(super) struct Target {
    /// Its length in bytes.
    pub(super) length: usize,
    /// The rules that look for it.
    pub(super) rules: Vec<u32>,
    /// Where every rule looks for a name that goes on after the keyword: the first two letters of what comes
    /// next, in lower case. `github.com` is no `github_client_secret`.
    next: Option<Vec<[u8; 2]>>,
}

impl Target {
    pub(super) fn new(keyword: &[u8], ids: Vec<u32>, rules: &[Rule]) -> Self {
        let next = next(keyword, ids.iter().filter_map(|id| rules.get(*id as usize)));
        Self { length: keyword.len(), rules: ids, next }
    }

    /// Whether no rule's name can stand around the keyword at `at`.
    pub(super) fn is_nothing(&self, text: &[u8], at: usize) -> bool {
        let Some(next) = &self.next else { return false };
        let rest = text.get(at + self.length..).unwrap_or_default();
        let Some([a, b]) = rest[name::separators(rest.iter())..].first_chunk() else { return true };
        !next.contains(&[a.to_ascii_lowercase(), b.to_ascii_lowercase()])
    }
}

fn next<'r>(keyword: &[u8], rules: impl Iterator<Item = &'r Rule>) -> Option<Vec<[u8; 2]>> {
    let mut next = Vec::new();
    for rule in rules {
        let Shape::Named { names, .. } = &rule.shape else { return None };
        for name in names.iter().filter(|name| name.keyword() == keyword) {
            next.push(*name.after_keyword()?.first_chunk()?);
        }
    }
    next.sort_unstable();
    next.dedup();
    Some(next)
}
