//! One string of a document, with the keys that lead to it.

use super::kind::Kind;
use crate::engine::{Hit, overlap};
use crate::places::Trail;
use crate::rule::Rank;
use crate::scanner::{Scanner, secret_of};

/// Documents within strings of documents: an app-config in a `ConfigMap`, a definition in an API.
const NESTED: usize = 2;

impl Scanner {
    /// The secrets in a string: those it shows by itself, those that its name or its place gives away,
    /// and those of the document that it may be. Sorted, apart from one another; spans are of `text`.
    pub(crate) fn leaf(&self, trail: &Trail, text: &str) -> Vec<Hit> {
        self.leaf_within(trail, text, 0)
    }

    pub(super) fn leaf_within(&self, trail: &Trail, text: &str, level: usize) -> Vec<Hit> {
        let mut hits = self.by_name(&trail.name(), text);
        let plain = hits.len();
        let engine = self.engine();
        engine.places().gather(engine.rules(), trail, text, self.looking(None).now, &mut hits);
        // A name says the same of a value behind base64.
        let decoded = engine.places().decoded(engine.rules(), trail, text);
        if let Some(decoded) = decoded.and_then(|bytes| String::from_utf8(bytes).ok()) {
            let inner = self.by_name(&trail.name(), &decoded);
            hits.extend(inner.into_iter().filter(|hit| self.is_telling(hit)).map(|hit| Hit {
                secret: 0..text.len(),
                cover: 0..text.len(),
                decoded: Some(secret_of(decoded.as_bytes(), &hit).into()),
                rule: hit.rule,
            }));
        }
        if level < NESTED
            && let Some(kind) = Kind::within(text)
        {
            hits.extend(self.structured(kind, text.as_bytes(), level + 1).into_iter().map(|found| found.hit));
        }
        if hits.len() > plain { overlap::settle(engine.rules(), hits) } else { hits }
    }

    /// Whether a rule says whose a secret is, rather than that it may be one.
    fn is_telling(&self, hit: &Hit) -> bool {
        self.engine().rule(hit).is_none_or(|rule| rule.rank > Rank::Place)
    }

    /// Written as an assignment, so that rules by name see the name.
    fn by_name(&self, name: &str, text: &str) -> Vec<Hit> {
        let mut whole = String::with_capacity(name.len() + 4 + text.len());
        whole.push_str(name);
        whole.push_str(": \"");
        let offset = whole.len();
        whole.push_str(text);
        let mut hits = self.hits(whole.as_bytes());
        hits.retain(|hit| hit.secret.start >= offset);
        for hit in &mut hits {
            hit.cover = hit.cover.start.max(offset) - offset..hit.cover.end - offset;
            hit.secret = hit.secret.start - offset..hit.secret.end - offset;
        }
        hits
    }
}
