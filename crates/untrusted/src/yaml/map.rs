//! A map while its entries arrive: repeated keys are found, and keys that print alike are joined.

use std::collections::{HashMap, HashSet};

use super::{Entry, Mark, Node, Span, key::KeyKind};

/// Maps with fewer keys are searched for repeats one by one.
const SMALL_MAP: usize = 16;

#[derive(Default)]
pub(super) struct MapFrame {
    entries: Vec<Entry>,
    kinds: Vec<KeyKind>,
    /// Filled once the map is no longer small.
    seen: HashSet<(KeyKind, String)>,
    pending: Option<(KeyKind, String, Span)>,
}

impl MapFrame {
    /// Whether the next node is a key.
    pub(super) fn awaits_key(&self) -> bool {
        self.pending.is_none()
    }

    /// Takes the key of the next value; false when the map has it already.
    pub(super) fn key(&mut self, kind: KeyKind, text: String, span: Span) -> bool {
        if kind != KeyKind::Unlike {
            if self.entries.len() < SMALL_MAP {
                let mut known = self.kinds.iter().zip(&self.entries);
                if known.any(|(known, entry)| *known == kind && entry.key == text) {
                    return false;
                }
            } else {
                if self.seen.is_empty() {
                    let keys = self.entries.iter().map(|entry| entry.key.clone());
                    self.seen.extend(self.kinds.iter().copied().zip(keys));
                }
                if !self.seen.insert((kind, text.clone())) {
                    return false;
                }
            }
        }
        self.pending = Some((kind, text, span));
        true
    }

    /// Takes the value of the key before.
    pub(super) fn value(&mut self, value: Node) {
        if let Some((kind, key, key_span)) = self.pending.take() {
            self.kinds.push(kind);
            self.entries.push(Entry { key, key_span, value });
        }
    }

    /// Where the last value ends.
    pub(super) fn last_end(&self) -> Option<Mark> {
        self.entries.last().map(|entry| entry.value.span.end)
    }

    /// The entries; of different keys that print alike the last value wins, in the first's place.
    pub(super) fn finish(self) -> Vec<Entry> {
        if self.kinds.iter().all(|kind| *kind == KeyKind::Text) {
            return self.entries;
        }
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut kept: Vec<Entry> = Vec::with_capacity(self.entries.len());
        for entry in self.entries {
            if let Some(earlier) = places.get(&entry.key).and_then(|place| kept.get_mut(*place)) {
                *earlier = entry;
            } else {
                places.insert(entry.key.clone(), kept.len());
                kept.push(entry);
            }
        }
        kept
    }
}
