//! Whole files: their text as it stands, and the strings of the YAML or JSON that it is.
//!
//! The text finds what stands in comments and in files that do not parse; the tree finds what the
//! notation hides (escapes, folded lines) and what only a place gives away. What both find is told once.

mod json;
mod kind;
mod leaf;
mod walk;
mod written;

use std::borrow::Cow;
use std::ops::Range;

use untrusted::yaml::{self, Node};

use crate::engine::overlap;
use crate::finding::{Finding, Lines};
use crate::rule::Rank;
use crate::scanner::Scanner;
use kind::Kind;
use walk::{Found, Tree};

/// Bytes of a text that is read as a document; a longer one is only looked at as text.
const DOCUMENT: usize = 2 << 20;
/// How much one text may cost.
const LIMITS: yaml::Limits = yaml::Limits { bytes: DOCUMENT, depth: 64, nodes: 100_000, documents: 10_000 };

impl Scanner {
    /// The secrets in a file, in the order they stand there. Its name tells what it may be; a name
    /// without a path will do.
    ///
    /// In YAML and JSON a finding has the path of its value, and the place is that of the secret in it.
    pub fn scan_file(&self, name: &str, bytes: &[u8]) -> Vec<Finding> {
        let mut found = self.file_hits(name, bytes);
        if kind::is_generated(name) {
            let rank = |found: &Found| self.engine().rule(&found.hit).map(|rule| rule.rank);
            found.retain(|found| rank(found) != Some(Rank::Generic));
        }
        let mut lines = Lines::new(bytes);
        found.sort_by_key(|found| found.hit.secret.start);
        found
            .into_iter()
            .map(|found| Finding { path: found.path, ..self.finding(bytes, &found.hit, &mut lines) })
            .collect()
    }

    /// A file with every secret masked, as bytes: what is shown of documents and sources. The result need
    /// not parse as what it was: masks are no YAML.
    pub fn redact_file<'t>(&self, name: &str, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        let mut found = self.file_hits(name, bytes);
        if found.is_empty() {
            return Cow::Borrowed(bytes);
        }
        found.sort_by_key(|found| found.hit.cover.start);
        let mut out = Vec::with_capacity(bytes.len());
        let mut from = 0;
        for Found { hit, .. } in &found {
            out.extend_from_slice(&bytes[from..hit.cover.start]);
            out.extend_from_slice(self.masked(bytes, hit).as_str().as_bytes());
            from = hit.cover.end;
        }
        out.extend_from_slice(&bytes[from..]);
        Cow::Owned(out)
    }

    /// Everything in a file that a mask covers.
    pub(crate) fn covers(&self, name: &str, bytes: &[u8]) -> Vec<Range<usize>> {
        self.file_hits(name, bytes).into_iter().map(|found| found.hit.cover).collect()
    }

    fn file_hits(&self, name: &str, bytes: &[u8]) -> Vec<Found> {
        let look = self.looking(Some(name));
        let (raw, _) = self.look(bytes, &look);
        let raw = raw.into_iter().map(|hit| Found { hit, path: None });
        // What programs write has no places, and its escapes hide nothing that was not in its sources.
        let kind = Kind::of(name, bytes).filter(|_| !kind::is_generated(name));
        let Some(kind) = kind else { return raw.collect() };
        if raw.len() == 0 && !may_hide(bytes) && !self.suspects(bytes) {
            return Vec::new();
        }
        let (trees, mut found) = self.structured_with(kind, bytes, 0);
        let from_text =
            raw.map(|found| Found { path: walk::path_at(&trees, found.hit.secret.start), ..found });
        found.extend(from_text);
        self.once(found)
    }

    /// The secrets that stand in the values of a document.
    fn structured(&self, kind: Kind, bytes: &[u8], level: usize) -> Vec<Found> {
        if !may_hide(bytes) && !self.suspects(bytes) {
            return Vec::new();
        }
        self.structured_with(kind, bytes, level).1
    }

    fn structured_with(&self, kind: Kind, bytes: &[u8], level: usize) -> (Vec<Tree>, Vec<Found>) {
        let trees = trees(kind, bytes);
        let found = walk::walk(self, bytes, &trees, level);
        (trees, found)
    }

    /// Of what overlaps, what says most.
    fn once(&self, mut found: Vec<Found>) -> Vec<Found> {
        let rules = self.engine().rules();
        found.sort_by_key(|found| (found.hit.cover.start, std::cmp::Reverse(found.hit.cover.end)));
        let mut kept: Vec<Found> = Vec::with_capacity(found.len());
        for next in found {
            match kept.last_mut() {
                Some(last) if next.hit.cover.start < last.hit.cover.end => {
                    let path = last.path.take().or_else(|| next.path.clone());
                    let cover = last.hit.cover.start..last.hit.cover.end.max(next.hit.cover.end);
                    if overlap::worth(rules, &next.hit) > overlap::worth(rules, &last.hit) {
                        *last = next;
                    }
                    last.path = path;
                    last.hit.cover = cover;
                }
                _ => kept.push(next),
            }
        }
        kept
    }
}

/// Whether the notation may hide what stands in a text.
fn may_hide(bytes: &[u8]) -> bool {
    memchr::memchr(b'\\', bytes).is_some()
}

/// The documents of a text that can be read.
fn trees(kind: Kind, bytes: &[u8]) -> Vec<Tree> {
    if bytes.len() > DOCUMENT {
        return Vec::new();
    }
    // What is no document, or none that can be read, keeps its number.
    let roots: Vec<Option<Node>> = match kind {
        Kind::Json => std::str::from_utf8(bytes).map(json::read).unwrap_or_default(),
        Kind::Yaml => {
            let Ok(documents) = yaml::documents(bytes, &LIMITS) else { return Vec::new() };
            documents.map(|document| document.content.ok().flatten()).collect()
        }
    };
    let are_several = roots.len() > 1;
    let number = |at: usize| if are_several { format!("{}#", at + 1) } else { String::new() };
    let trees = roots.into_iter().enumerate();
    trees.filter_map(|(at, root)| Some(Tree { prefix: number(at), root: root? })).collect()
}

#[cfg(test)]
mod tests;
