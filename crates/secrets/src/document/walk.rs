//! From the strings of a document to places in its text.

use std::ops::Range;

use untrusted::yaml::{Entry, Node, Span, Value};

use super::written;
use crate::engine::Hit;
use crate::places::Trail;
use crate::scanner::Scanner;
use crate::tree::{NAME_KEYS, VALUE_KEYS};

/// A secret in a text, and where in its document.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) hit: Hit,
    pub(super) path: Option<String>,
}

/// A document of a file.
pub(super) struct Tree {
    /// What paths in it begin with where the file holds several: `2#` is the second.
    pub(super) prefix: String,
    pub(super) root: Node,
}

/// The secrets in the values of these documents.
pub(super) fn walk(scanner: &Scanner, text: &[u8], trees: &[Tree], level: usize) -> Vec<Found> {
    let mut found = Vec::new();
    for Tree { prefix, root } in trees {
        Walk { scanner, text, level, prefix, trail: Trail::default(), found: &mut found }.node(root);
    }
    found
}

struct Walk<'w> {
    scanner: &'w Scanner,
    text: &'w [u8],
    level: usize,
    prefix: &'w str,
    trail: Trail,
    found: &'w mut Vec<Found>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node) {
        match &node.value {
            Value::String(value) => self.string(value, &node.span),
            Value::Seq(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.trail.enter_item(at);
                    self.node(item);
                    self.trail.leave();
                }
            }
            Value::Map(entries) => self.map(entries, node),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn map(&mut self, entries: &[Entry], node: &Node) {
        if self.trail.is_root() {
            self.trail.begin_root(|fact| node.get(fact)?.as_str());
        }
        let named = NAME_KEYS.iter().find_map(|key| node.get(key)?.as_str());
        for Entry { key, key_span, value } in entries {
            let pair = named.filter(|_| VALUE_KEYS.contains(&key.as_str()));
            self.trail.enter_key(key, pair);
            self.note(key, key_span, self.scanner.hits(key.as_bytes()));
            self.node(value);
            self.trail.leave();
        }
    }

    fn string(&mut self, value: &str, span: &Span) {
        self.note(value, span, self.scanner.leaf_within(&self.trail, value, self.level));
    }

    fn note(&mut self, value: &str, span: &Span, hits: Vec<Hit>) {
        if hits.is_empty() {
            return;
        }
        let mut writing = Writing::of(self.text, value, span);
        let path = format!("{}{}", self.prefix, self.trail.pointer());
        let placed = hits.into_iter().map(|hit| Found { hit: writing.place(hit), path: Some(path.clone()) });
        self.found.extend(placed);
    }
}

/// A value, and how the text writes it.
struct Writing<'w> {
    value: &'w [u8],
    /// Where the text writes it.
    around: Range<usize>,
    written: &'w [u8],
    /// Whether it is written as it is: then places are the same in both.
    is_plain: bool,
    /// Where the last secret was found in `written`: the next one stands behind it, so that many
    /// secrets of one value are looked for in one pass.
    from: usize,
    /// Secrets that may still be looked for in vain; each such look reads all of the value.
    tries: usize,
}

/// Secrets of one value that are looked for in vain.
const TRIES: usize = 16;

impl<'w> Writing<'w> {
    fn of(text: &'w [u8], value: &'w str, span: &Span) -> Self {
        let around = content(text, span);
        let written = text.get(around.clone()).unwrap_or_default();
        let value = value.as_bytes();
        Self { value, is_plain: written == value, around, written, from: 0, tries: TRIES }
    }

    /// Where a secret of the value stands in the text: where its bytes do, or else, if the notation
    /// writes them otherwise, where the value does.
    fn place(&mut self, hit: Hit) -> Hit {
        let cover = self.find(&hit.cover);
        let secret = if hit.secret == hit.cover { cover.clone() } else { self.find(&hit.secret) };
        let decoded = match (&secret, hit.decoded) {
            (_, Some(decoded)) => Some(decoded),
            // What the text writes otherwise is told by what it means.
            (Some(place), None) if place.len() == hit.secret.len() => None,
            (_, None) => self.value.get(hit.secret.clone()).map(Into::into),
        };
        let cover = cover.filter(|_| secret.is_some()).unwrap_or_else(|| self.around.clone());
        Hit { rule: hit.rule, secret: secret.unwrap_or_else(|| self.around.clone()), cover, decoded }
    }

    fn find(&mut self, part: &Range<usize>) -> Option<Range<usize>> {
        let bytes = self.value.get(part.clone())?;
        let found = if self.is_plain {
            part.clone()
        } else if self.tries == 0 {
            return None;
        } else if let Some(found) = written::find(&self.written[self.from..], bytes) {
            let start = self.from + found.start;
            self.from = start;
            start..start + found.len()
        } else {
            self.tries -= 1;
            return None;
        };
        Some(self.around.start + found.start..self.around.start + found.end)
    }
}

/// What of a value's place is between its quotes, or after the mark of a block.
fn content(text: &[u8], span: &Span) -> Range<usize> {
    let mut place = span.start.offset as usize..span.end.offset as usize;
    let written = text.get(place.clone()).unwrap_or_default();
    match written {
        [quote @ (b'"' | b'\''), .., last] if quote == last => {
            place.start += 1;
            place.end -= 1;
        }
        [b'|' | b'>', ..] => {
            let header = memchr::memchr(b'\n', written).map_or(0, |line| line + 1);
            let indent = written[header..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            place.start += header + indent;
            let trailing = written.len() - written.trim_ascii_end().len();
            place.end = (place.end - trailing).max(place.start);
        }
        _ => {}
    }
    place
}

/// The path of the value that stands around a byte of the text.
pub(super) fn path_at(trees: &[Tree], offset: usize) -> Option<String> {
    let at = trees.partition_point(|tree| tree.root.span.start.offset as usize <= offset).checked_sub(1)?;
    let mut path = trees[at].prefix.clone();
    let mut node = &trees[at].root;
    loop {
        match &node.value {
            Value::Map(entries) => {
                let next = entries.partition_point(|entry| entry.key_span.start.offset as usize <= offset);
                let Some(entry) = next.checked_sub(1).and_then(|at| entries.get(at)) else { break };
                path.push('/');
                path.push_str(&entry.key.replace('~', "~0").replace('/', "~1"));
                node = &entry.value;
            }
            Value::Seq(items) => {
                let next = items.partition_point(|item| item.span.start.offset as usize <= offset);
                let Some(at) = next.checked_sub(1) else { break };
                path.push('/');
                path.push_str(&at.to_string());
                node = &items[at];
            }
            _ => break,
        }
    }
    // What stands after a value is a comment, or nothing of this document.
    let Span { start, end } = node.span;
    ((start.offset as usize..end.offset as usize).contains(&offset)).then_some(path)
}
