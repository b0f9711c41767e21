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
            for hit in self.scanner.hits(key.as_bytes()) {
                self.note(key, key_span, hit);
            }
            self.node(value);
            self.trail.leave();
        }
    }

    fn string(&mut self, value: &str, span: &Span) {
        for hit in self.scanner.leaf_within(&self.trail, value, self.level) {
            self.note(value, span, hit);
        }
    }

    /// Where a secret of a value stands in the text: where its bytes do, or else, if the notation
    /// writes them otherwise, where the value does.
    fn note(&mut self, value: &str, span: &Span, hit: Hit) {
        let around = content(self.text, span);
        let written = self.text.get(around.clone()).unwrap_or_default();
        let place = |part: &Range<usize>| {
            let bytes = value.as_bytes().get(part.clone())?;
            // As it stands, a value is as long as its text: then places are the same in both.
            let found =
                if written == value.as_bytes() { part.clone() } else { written::find(written, bytes)? };
            Some(around.start + found.start..around.start + found.end)
        };
        let secret = place(&hit.secret);
        let cover = place(&hit.cover).filter(|_| secret.is_some()).unwrap_or_else(|| around.clone());
        let decoded = match (&secret, hit.decoded) {
            (_, Some(decoded)) => Some(decoded),
            // What the text writes otherwise is told by what it means.
            (Some(place), None) if place.len() == hit.secret.len() => None,
            (_, None) => value.as_bytes().get(hit.secret.clone()).map(Into::into),
        };
        let secret = secret.unwrap_or(around);
        let path = format!("{}{}", self.prefix, self.trail.pointer());
        self.found.push(Found { hit: Hit { rule: hit.rule, secret, cover, decoded }, path: Some(path) });
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
                path.push_str(&format!("/{at}"));
                node = &items[at];
            }
            _ => break,
        }
    }
    // What stands after a value is a comment, or nothing of this document.
    let Span { start, end } = node.span;
    ((start.offset as usize..end.offset as usize).contains(&offset)).then_some(path)
}
