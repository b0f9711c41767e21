//! Answers put together from stored bodies, a piece at a time.

use std::sync::Arc;

use bytes::Bytes;

use super::fields::Fields;
use crate::index::{Slot, Snapshot};

/// Pieces are at least this long, but for the last.
const PIECE: usize = 64 * 1024;

/// The JSON text of an answer, made while it is read: a list of the whole catalog is never in memory
/// twice. Iterate for pieces to stream, or take it [whole](Answer::into_bytes).
#[derive(Debug)]
pub struct Answer {
    snapshot: Arc<Snapshot>,
    fields: Option<Fields>,
    head: Vec<u8>,
    /// `None` stands for `null`.
    items: Vec<Option<Slot>>,
    tail: Vec<u8>,
    next: usize,
    done: bool,
}

impl Answer {
    pub(super) fn list(
        snapshot: &Arc<Snapshot>,
        fields: Option<&Fields>,
        head: &str,
        items: Vec<Option<Slot>>,
        tail: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            snapshot: Arc::clone(snapshot),
            fields: fields.cloned(),
            head: head.as_bytes().to_vec(),
            items,
            tail: tail.into(),
            next: 0,
            done: false,
        }
    }

    /// How many bytes there will be, unless only some fields are kept.
    pub fn exact_len(&self) -> Option<usize> {
        if self.fields.is_some() {
            return None;
        }
        let bodies: usize =
            self.items.iter().map(|item| item.map_or(4, |slot| self.snapshot.body(slot).len())).sum();
        Some(self.head.len() + bodies + self.items.len().saturating_sub(1) + self.tail.len())
    }

    /// How many entities it has, `null` included.
    pub fn item_count(&self) -> usize {
        self.items.len()
    }

    /// The whole text.
    pub fn into_bytes(mut self) -> Bytes {
        let mut out = Vec::with_capacity(self.exact_len().unwrap_or(4096));
        self.write(&mut out, usize::MAX);
        out.into()
    }

    fn write(&mut self, out: &mut Vec<u8>, enough: usize) {
        if self.next == 0 {
            out.append(&mut self.head);
        }
        while let Some(item) = self.items.get(self.next) {
            if self.next > 0 {
                out.push(b',');
            }
            self.next += 1;
            match (item, &self.fields) {
                (None, _) => out.extend_from_slice(b"null"),
                (Some(slot), None) => out.extend_from_slice(self.snapshot.body(*slot).as_bytes()),
                (Some(slot), Some(fields)) => fields.project(self.snapshot.body(*slot), out),
            }
            if out.len() >= enough {
                return;
            }
        }
        out.append(&mut self.tail);
        self.done = true;
    }
}

impl Iterator for Answer {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        if self.done {
            return None;
        }
        let mut out = Vec::with_capacity(PIECE + 4096);
        self.write(&mut out, PIECE);
        Some(out.into())
    }
}
