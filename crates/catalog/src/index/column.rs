//! All values of one search key, in order, and who has them.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use roaring::RoaringBitmap;

use super::block::{Block, Entry, SPLIT, Writer};
use super::fold::fold;
use super::posting::{Posting, Slot, Slots};

/// Values of one key. Immutable: a change makes a new column that shares untouched blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    blocks: Vec<Arc<Block>>,
    /// Slots with any row of this key, null included.
    pub(super) exists: RoaringBitmap,
    /// Slots with a null row.
    nulls: RoaringBitmap,
    /// Slots with a row that is no annotation spelled as `annotation`, or that is null. For these
    /// the rows alone do not tell what their annotations are.
    pub(super) irregular: RoaringBitmap,
    /// The exact name of the annotation that this key stands for, if it does.
    pub(super) annotation: Option<Arc<str>>,
    /// Differs between any two columns of one process that differ.
    pub(super) version: u64,
}

/// What one slot's rows of a key were and are.
#[derive(Default)]
pub(super) struct Edit {
    pub(super) slot: Slot,
    /// Whether it now has any row, a null row, and only regular ones.
    pub(super) state: State,
    /// Originals that are gone.
    pub(super) removed: Vec<String>,
    /// Originals that are new.
    pub(super) added: Vec<String>,
}

/// A slot's place in a column's bitmaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) exists: bool,
    pub(super) null: bool,
    pub(super) irregular: bool,
}

/// Versions only need to differ; they are not ordered.
fn next_version() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Column {
    /// From parts that a builder has collected.
    pub(super) fn new(
        blocks: Vec<Arc<Block>>,
        mut exists: RoaringBitmap,
        nulls: RoaringBitmap,
        irregular: RoaringBitmap,
        annotation: Option<Arc<str>>,
    ) -> Self {
        exists.optimize();
        Self { blocks, exists, nulls, irregular, annotation, version: next_version() }
    }

    /// How many different spellings of values there are.
    pub(super) fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.len()).sum()
    }

    /// The blocks, for who numbers their values.
    pub(super) fn blocks(&self) -> &[Arc<Block>] {
        &self.blocks
    }

    /// Visits values in order, from the first that is not before `start`.
    pub(super) fn scan(&self, start: &str, mut visit: impl FnMut(&Entry<'_, '_>) -> ControlFlow<()>) {
        let start = start.as_bytes();
        let first = self.block_of(start);
        let mut skipping = true;
        for block in &self.blocks[first..] {
            let mut reader = block.reader();
            while let Some(entry) = reader.next() {
                if skipping && entry.folded < start {
                    continue;
                }
                skipping = false;
                if visit(&entry).is_break() {
                    return;
                }
            }
        }
    }

    /// The block in which values equal to `value` begin, if there are any.
    pub(super) fn block_of(&self, value: &[u8]) -> usize {
        self.blocks.partition_point(|block| block.first() < value).saturating_sub(1)
    }

    /// Visits the postings of a folded value, one for each of its spellings.
    pub(super) fn equal(&self, folded: &str, mut visit: impl FnMut(&Entry<'_, '_>)) {
        self.scan(folded, |entry| {
            if entry.folded != folded.as_bytes() {
                return ControlFlow::Break(());
            }
            visit(entry);
            ControlFlow::Continue(())
        });
    }

    /// Adds the slots that have this folded value.
    pub(super) fn union_equal(&self, folded: &str, target: &mut RoaringBitmap) {
        self.equal(folded, |entry| entry.posting.union_into(target));
    }

    /// Whether the slot has this folded value.
    pub(super) fn has(&self, slot: Slot, folded: &str) -> bool {
        let mut found = false;
        self.equal(folded, |entry| found |= entry.posting.contains(slot));
        found
    }

    /// The slots that have exactly this value.
    pub(super) fn union_exact(&self, exact: &str, target: &mut RoaringBitmap) {
        self.equal(&fold(exact), |entry| {
            if entry.is_spelled(exact) {
                entry.posting.union_into(target);
            }
        });
    }

    /// Whether the slot has exactly this value.
    pub(super) fn has_exact(&self, slot: Slot, exact: &str) -> bool {
        let mut found = false;
        self.equal(&fold(exact), |entry| {
            found |= entry.posting.contains(slot) && entry.is_spelled(exact);
        });
        found
    }

    /// Visits every posting whose folded value starts with this.
    pub(super) fn prefixed(&self, prefix: &str, mut visit: impl FnMut(Posting<'_>)) {
        self.scan(prefix, |entry| {
            if !entry.folded.starts_with(prefix.as_bytes()) {
                return ControlFlow::Break(());
            }
            visit(entry.posting);
            ControlFlow::Continue(())
        });
    }

    /// Visits every posting whose folded value contains this.
    pub(super) fn containing(&self, term: &str, mut visit: impl FnMut(Posting<'_>)) {
        let term = term.as_bytes();
        // Where the term ends in the value before, if it is there: what is shared needs no new look.
        let mut before: Option<usize> = None;
        self.scan("", |entry| {
            let found = match before {
                Some(end) if end <= entry.shared => Some(end),
                _ => {
                    // The value before did not have the term in what is shared; it may straddle.
                    let from = entry.shared.saturating_sub(term.len().saturating_sub(1));
                    find(&entry.folded[from..], term).map(|at| from + at + term.len())
                }
            };
            if found.is_some() {
                visit(entry.posting);
            }
            before = found;
            ControlFlow::Continue(())
        });
    }

    /// The column after some slots' rows have changed.
    #[must_use]
    pub(super) fn edited(&self, edits: &[Edit], annotation: Option<&str>) -> Self {
        let mut column = self.clone();
        column.version = next_version();
        if column.annotation.is_none() {
            column.annotation = annotation.map(Arc::from);
        }
        for edit in edits {
            let set = |map: &mut RoaringBitmap, on: bool| {
                if on { map.insert(edit.slot) } else { map.remove(edit.slot) }
            };
            set(&mut column.exists, edit.state.exists);
            set(&mut column.nulls, edit.state.null);
            set(&mut column.irregular, edit.state.irregular);
        }
        let mut moves: Vec<Move<'_>> = Vec::new();
        for edit in edits {
            let texts = edit.removed.iter().map(|text| (text, false));
            for (original, add) in texts.chain(edit.added.iter().map(|text| (text, true))) {
                moves.push(Move { folded: fold(original).into_owned(), original, slot: edit.slot, add });
            }
        }
        moves.sort_by(|a, b| (&a.folded, a.original, a.add).cmp(&(&b.folded, b.original, b.add)));
        column.blocks = rewrite(&self.blocks, &moves);
        column
    }
}

/// One slot joins or leaves one value.
struct Move<'e> {
    folded: String,
    original: &'e str,
    slot: Slot,
    add: bool,
}

impl Move<'_> {
    fn key(&self) -> (&str, &str) {
        (&self.folded, self.original)
    }
}

/// Rewrites the blocks that hold a moved value and shares the rest.
fn rewrite(blocks: &[Arc<Block>], moves: &[Move<'_>]) -> Vec<Arc<Block>> {
    let mut out = Vec::with_capacity(blocks.len() + 1);
    let (mut shared, mut rest) = (0, moves);
    while let Some(next) = rest.first() {
        // A value's spellings may lie on both sides of a border. They are ordered by spelling too,
        // so the border is a block's whole first key, not only its folded half.
        let starts_by = |block: &Arc<Block>, key| first_value(block).key() <= key;
        let after = shared + blocks[shared..].partition_point(|block| starts_by(block, next.key()));
        let at = after.saturating_sub(1).max(shared);
        out.extend_from_slice(&blocks[shared..at]);
        let mine = blocks.get(at + 1).map_or(rest.len(), |border| {
            let border = first_value(border);
            rest.partition_point(|moved| moved.key() < border.key())
        });
        let (now, later) = rest.split_at(mine);
        let mut values = Vec::new();
        if let Some(block) = blocks.get(at) {
            let mut reader = block.reader();
            while let Some(entry) = reader.next() {
                values.push(Value::read(&entry));
            }
        }
        out.extend(pack(&merge(values, now)));
        (shared, rest) = ((at + 1).min(blocks.len()), later);
    }
    out.extend_from_slice(&blocks[shared..]);
    out
}

struct Value {
    folded: String,
    original: String,
    slots: Slots,
}

impl Value {
    fn read(entry: &Entry<'_, '_>) -> Self {
        Self { folded: entry.text().to_owned(), original: entry.original(), slots: entry.posting.into() }
    }

    fn key(&self) -> (&str, &str) {
        (&self.folded, &self.original)
    }
}

fn first_value(block: &Block) -> Value {
    Value::read(&block.reader().next().expect("a block is never empty"))
}

/// Merges two sorted lists; a move that empties a value drops it.
fn merge(values: Vec<Value>, moves: &[Move<'_>]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::with_capacity(values.len() + moves.len());
    let mut values = values.into_iter().peekable();
    for moved in moves {
        let key = moved.key();
        while let Some(value) = values.next_if(|value| value.key() <= key) {
            out.push(value);
        }
        match out.last_mut().filter(|value| value.key() == key) {
            Some(value) if moved.add => value.slots.insert(moved.slot),
            Some(value) => value.slots.remove(moved.slot),
            None if moved.add => out.push(Value {
                folded: moved.folded.clone(),
                original: moved.original.to_owned(),
                slots: Slots::List(vec![moved.slot]),
            }),
            None => {}
        }
    }
    out.extend(values);
    out.retain(|value| !value.slots.is_empty());
    out
}

fn pack(values: &[Value]) -> Vec<Arc<Block>> {
    let mut writer = if values.len() <= SPLIT { Writer::undivided() } else { Writer::default() };
    for value in values {
        writer.push_slots(&value.folded, &value.original, &value.slots);
    }
    writer.finish()
}

/// Where `term` first stands in `text`. Both are short, so no table is built.
pub(super) fn find(text: &[u8], term: &[u8]) -> Option<usize> {
    let Some((&first, rest)) = term.split_first() else { return Some(0) };
    let last = text.len().checked_sub(term.len())?;
    (0..=last).find(|&at| text[at] == first && &text[at + 1..at + term.len()] == rest)
}
