//! Orders that pages walk along.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::Arc;

use arc_swap::ArcSwap;
use roaring::RoaringBitmap;

use super::block::narrow;
use super::column::Column;
use super::posting::Slot;
use super::snapshot::Snapshot;
use super::table::Table;

/// Fields whose order is kept; the least recently built is forgotten first.
const KEPT_ORDERS: usize = 6;

/// Not in the order.
const ABSENT: u32 = u32::MAX;

/// Slots in some order, and where each stands in it.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    slots: Arc<[Slot]>,
    ranks: Arc<[u32]>,
}

impl Ranking {
    /// `capacity` is one more than the highest slot.
    pub(super) fn new(slots: Vec<Slot>, capacity: usize) -> Self {
        let mut ranks = vec![ABSENT; capacity];
        for (rank, slot) in (0..).zip(&slots) {
            ranks[*slot as usize] = rank;
        }
        Self { slots: slots.into(), ranks: ranks.into() }
    }

    /// All of them, in order.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Where the slot stands, if it does.
    pub(crate) fn rank(&self, slot: Slot) -> Option<usize> {
        self.ranks.get(slot as usize).filter(|rank| **rank != ABSENT).map(|rank| *rank as usize)
    }

    /// The same order without some slots and with others put in by `compare`.
    #[must_use]
    pub(super) fn edited(
        &self,
        gone: &[Slot],
        mut new: Vec<Slot>,
        capacity: usize,
        compare: impl Fn(Slot, Slot) -> Ordering,
    ) -> Self {
        let mut gone: Vec<usize> = gone.iter().filter_map(|slot| self.rank(*slot)).collect();
        gone.sort_unstable();
        let mut kept = Vec::with_capacity(self.slots.len());
        let mut from = 0;
        for rank in gone {
            kept.extend_from_slice(&self.slots[from..rank]);
            from = rank + 1;
        }
        kept.extend_from_slice(&self.slots[from..]);
        new.sort_by(|a, b| compare(*a, *b));
        let mut slots = Vec::with_capacity(kept.len() + new.len());
        let mut rest = kept.as_slice();
        for slot in new {
            let (before, after) = rest.split_at(rest.partition_point(|kept| compare(*kept, slot).is_lt()));
            slots.extend_from_slice(before);
            slots.push(slot);
            rest = after;
        }
        slots.extend_from_slice(rest);
        Self::new(slots, capacity)
    }

    /// Walks from `from` (a position, not included when walking back), skips `offset` selected slots
    /// and gives the next `count`.
    pub(crate) fn walk(
        &self,
        selection: &RoaringBitmap,
        way: Way,
        from: usize,
        offset: usize,
        count: usize,
    ) -> Vec<Slot> {
        // Few selected: look up where each stands, rather than pass by all that are not.
        if selection.len() < (self.slots.len() / 32) as u64 {
            let ranks = selection.iter().filter_map(|slot| self.rank(slot));
            let mut ranks: Vec<usize> = match way {
                Way::Forward => ranks.filter(|rank| *rank >= from).collect(),
                Way::Back => ranks.filter(|rank| *rank < from).collect(),
            };
            ranks.sort_unstable();
            if way == Way::Back {
                ranks.reverse();
            }
            return ranks.into_iter().skip(offset).take(count).map(|rank| self.slots[rank]).collect();
        }
        let selected = |slot: &Slot| selection.contains(*slot);
        match way {
            Way::Forward => {
                let rest = self.slots[from.min(self.slots.len())..].iter().copied();
                rest.filter(selected).skip(offset).take(count).collect()
            }
            Way::Back => {
                let rest = self.slots[..from.min(self.slots.len())].iter().rev().copied();
                rest.filter(selected).skip(offset).take(count).collect()
            }
        }
    }
}

/// Which way to walk along an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Forward,
    Back,
}

/// Slots ordered by (value of one field, uid). A slot with several values stands at its lowest;
/// one without a value is not in it.
#[derive(Debug)]
pub(crate) struct Order {
    ranking: Ranking,
    present: RoaringBitmap,
    /// For each value of the source: how many slots stand before it.
    starts: Vec<u32>,
    source: Source,
}

/// Where the values of an order are.
#[derive(Debug)]
enum Source {
    /// In this column; `bases` counts the values before each block.
    Column { column: Arc<Column>, bases: Vec<u32> },
    /// Here, ascending and distinct.
    Texts(Vec<String>),
}

impl Order {
    /// The slots that have the field.
    pub(crate) fn present(&self) -> &RoaringBitmap {
        &self.present
    }

    /// The order itself.
    pub(crate) fn ranking(&self) -> &Ranking {
        &self.ranking
    }

    /// How many slots have a value below this one.
    pub(crate) fn below(&self, value: &str) -> usize {
        self.start(self.source.first_not(|text| text < value.as_bytes(), value))
    }

    /// How many slots have a value up to this one.
    pub(crate) fn up_to(&self, value: &str) -> usize {
        self.start(self.source.first_not(|text| text <= value.as_bytes(), value))
    }

    /// The folded value by which the slot at this rank stands where it does.
    pub(crate) fn value_at(&self, rank: usize) -> String {
        self.source.text(self.value_number(rank))
    }

    /// A number that is the same for slots with the same value and grows with it.
    pub(crate) fn value_number(&self, rank: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= rank).saturating_sub(1)
    }

    fn start(&self, number: usize) -> usize {
        self.starts.get(number).map_or(self.ranking.slots().len(), |start| *start as usize)
    }

    fn new(snapshot: &Snapshot, field: &str) -> Self {
        let plain = snapshot.tables.get(Table::Plain, field);
        let items = snapshot.tables.get(Table::Item, field);
        let derived = snapshot.derived(field);
        match (plain, items) {
            (Some(column), None) | (None, Some(column)) if derived.is_empty() => {
                Self::of_column(snapshot, Arc::clone(column))
            }
            _ => Self::of_rows(snapshot, field, &derived),
        }
    }

    fn of_column(snapshot: &Snapshot, column: Arc<Column>) -> Self {
        let mut placing = Placing::new(snapshot);
        let mut starts: Vec<u32> = Vec::with_capacity(column.len());
        let mut group: Vec<Slot> = Vec::new();
        let mut before: Vec<u8> = Vec::new();
        let mut spellings = 0;
        let mut close = |group: &mut Vec<Slot>, spellings: usize, starts: &mut Vec<u32>| {
            if spellings > 0 {
                starts.push(placing.count());
                placing.place(group);
                // Other spellings of the value hold nothing of their own.
                starts.resize(starts.len() + spellings - 1, placing.count());
            }
        };
        column.scan("", |entry| {
            if entry.folded != before.as_slice() {
                close(&mut group, spellings, &mut starts);
                spellings = 0;
                before.clear();
                before.extend_from_slice(entry.folded);
            }
            spellings += 1;
            group.extend(entry.posting.iter());
            ControlFlow::Continue(())
        });
        close(&mut group, spellings, &mut starts);
        let mut base = 0;
        let bases = column.blocks().iter().map(|block| {
            let here = base;
            base += narrow(block.len());
            here
        });
        let bases = bases.collect();
        placing.finish(starts, Source::Column { column, bases })
    }

    /// For the rare field whose rows come from several places.
    fn of_rows(snapshot: &Snapshot, field: &str, derived: &RoaringBitmap) -> Self {
        let mut rows: Vec<(String, Slot)> = derived.iter().map(|slot| ("true".to_owned(), slot)).collect();
        for table in [Table::Plain, Table::Item] {
            snapshot.tables.column(table, field).scan("", |entry| {
                rows.extend(entry.posting.iter().map(|slot| (entry.text().to_owned(), slot)));
                ControlFlow::Continue(())
            });
        }
        rows.sort_unstable();
        let mut placing = Placing::new(snapshot);
        let (mut starts, mut texts) = (Vec::new(), Vec::new());
        for group in rows.chunk_by(|a, b| a.0 == b.0) {
            starts.push(placing.count());
            texts.push(group[0].0.clone());
            placing.place(&mut group.iter().map(|(_, slot)| *slot).collect());
        }
        placing.finish(starts, Source::Texts(texts))
    }
}

impl Source {
    /// The number of the first value that is not `before`, which holds for a prefix of all values
    /// and turns false at `near` or right behind it.
    fn first_not(&self, before: impl Fn(&[u8]) -> bool, near: &str) -> usize {
        match self {
            Self::Texts(texts) => texts.partition_point(|text| before(text.as_bytes())),
            Self::Column { column, bases } => {
                let first = column.block_of(near.as_bytes());
                let mut number = bases.get(first).map_or(0, |base| *base as usize);
                for block in &column.blocks()[first.min(bases.len())..] {
                    let mut reader = block.reader();
                    while let Some(entry) = reader.next() {
                        if !before(entry.folded) {
                            return number;
                        }
                        number += 1;
                    }
                }
                number
            }
        }
    }

    fn text(&self, number: usize) -> String {
        match self {
            Self::Texts(texts) => texts.get(number).cloned().unwrap_or_default(),
            Self::Column { column, bases } => {
                let block = bases.partition_point(|base| *base as usize <= number).saturating_sub(1);
                let skip = number - bases.get(block).map_or(0, |base| *base as usize);
                let mut reader = column.blocks()[block].reader();
                for _ in 0..skip {
                    reader.next();
                }
                reader.next().map(|entry| entry.text().to_owned()).unwrap_or_default()
            }
        }
    }
}

/// Puts groups of slots one after another, each slot once, ties by uid.
struct Placing<'s> {
    snapshot: &'s Snapshot,
    slots: Vec<Slot>,
    present: RoaringBitmap,
}

impl<'s> Placing<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, slots: Vec::new(), present: RoaringBitmap::new() }
    }

    fn count(&self) -> u32 {
        narrow(self.slots.len())
    }

    /// Empties the group.
    fn place(&mut self, group: &mut Vec<Slot>) {
        group.sort_unstable_by_key(|slot| self.snapshot.by_uid.rank(*slot));
        self.slots.extend(group.drain(..).filter(|slot| self.present.insert(*slot)));
    }

    fn finish(mut self, starts: Vec<u32>, source: Source) -> Order {
        self.present.optimize();
        let ranking = Ranking::new(self.slots, self.snapshot.slots.len());
        Order { ranking, present: self.present, starts, source }
    }
}

/// Orders that were built lately, shared by all snapshots: a column that did not change keeps its order.
#[derive(Default)]
pub(super) struct OrderCache(ArcSwap<Vec<(u64, Arc<Order>)>>);

impl std::fmt::Debug for OrderCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OrderCache").field(&self.0.load().len()).finish()
    }
}

impl OrderCache {
    pub(super) fn get(&self, snapshot: &Snapshot, field: &str) -> Arc<Order> {
        let found = [Table::Plain, Table::Item].map(|table| snapshot.tables.get(table, field));
        let version = match found {
            [Some(column), None] | [None, Some(column)] if snapshot.derived(field).is_empty() => {
                column.version
            }
            _ => return Arc::new(Order::new(snapshot, field)),
        };
        if let Some((_, order)) = self.0.load().iter().find(|(known, _)| *known == version) {
            return Arc::clone(order);
        }
        let order = Arc::new(Order::new(snapshot, field));
        self.0.rcu(|kept| {
            let new = std::iter::once((version, Arc::clone(&order)));
            let rest = kept.iter().filter(|(known, _)| *known != version).cloned();
            new.chain(rest).take(KEPT_ORDERS).collect::<Vec<_>>()
        });
        order
    }
}
