//! Ref → slot: hash tables of slots alone, whose refs are read from the slot table.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use super::posting::Slot;
use super::slots::SlotTable;

/// Entities a shard is meant for; a change rewrites the shards it touches.
const PER_SHARD: usize = 128;
/// An empty cell.
const FREE: Slot = Slot::MAX;

/// Sharded open-addressing tables. The hash is keyed, so refs cannot be made to collide.
#[derive(Clone, Debug)]
pub(super) struct RefTable {
    state: RandomState,
    shards: Vec<Arc<[Slot]>>,
    len: usize,
}

impl RefTable {
    /// Of these slots, which must be in use.
    pub(super) fn new(slots: &SlotTable, used: impl ExactSizeIterator<Item = Slot>) -> Self {
        let state = RandomState::new();
        let len = used.len();
        let count = (len / PER_SHARD).next_power_of_two().max(16);
        let mut lists = vec![Vec::new(); count];
        for slot in used {
            let hash = state.hash_one(slots.entity_ref(slot));
            lists[shard_of(hash, count)].push((hash, slot));
        }
        let shards = lists.iter().map(|list| fill(list)).collect();
        Self { state, shards, len }
    }

    /// The slot of a canonical ref.
    pub(super) fn find(&self, slots: &SlotTable, entity_ref: &str) -> Option<Slot> {
        let hash = self.state.hash_one(entity_ref);
        let shard = &self.shards[shard_of(hash, self.shards.len())];
        let mut at = start_of(hash, shard.len());
        loop {
            match shard[at] {
                FREE => return None,
                slot if slots.entity_ref(slot) == entity_ref => return Some(slot),
                _ => at = (at + 1) & (shard.len() - 1),
            }
        }
    }

    /// The table after some slots were freed (as they were in `before`) and some taken (as in `after`).
    #[must_use]
    pub(super) fn edited(
        &self,
        before: &SlotTable,
        after: &SlotTable,
        freed: &[Slot],
        taken: &[Slot],
    ) -> Self {
        let len = self.len + taken.len() - freed.len();
        if len > self.shards.len() * PER_SHARD * 4 {
            let mut used: Vec<Slot> = self.used().filter(|slot| !freed.contains(slot)).collect();
            used.extend(taken);
            return Self::new(after, used.into_iter());
        }
        let count = self.shards.len();
        let mut touched: Vec<(usize, Slot, bool)> = Vec::with_capacity(freed.len() + taken.len());
        let shard = |slots: &SlotTable, slot| shard_of(self.state.hash_one(slots.entity_ref(slot)), count);
        touched.extend(freed.iter().map(|&slot| (shard(before, slot), slot, false)));
        touched.extend(taken.iter().map(|&slot| (shard(after, slot), slot, true)));
        touched.sort_unstable();
        let mut shards = self.shards.clone();
        for group in touched.chunk_by(|a, b| a.0 == b.0) {
            let number = group[0].0;
            let gone = |slot: Slot| group.iter().any(|&(_, freed, taken)| !taken && freed == slot);
            let kept = shards[number].iter().copied().filter(|&slot| slot != FREE && !gone(slot));
            let new = group.iter().filter(|(_, _, taken)| *taken).map(|&(_, slot, _)| slot);
            let list: Vec<_> =
                kept.chain(new).map(|slot| (self.state.hash_one(after.entity_ref(slot)), slot)).collect();
            shards[number] = fill(&list);
        }
        Self { state: self.state.clone(), shards, len }
    }

    fn used(&self) -> impl Iterator<Item = Slot> {
        self.shards.iter().flat_map(|shard| shard.iter().copied()).filter(|&slot| slot != FREE)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only some bits of the hash are wanted")]
fn shard_of(hash: u64, count: usize) -> usize {
    hash as usize & (count - 1)
}

fn start_of(hash: u64, len: usize) -> usize {
    (hash >> 32) as usize & (len - 1)
}

/// At most half full, so that every search meets a free cell.
fn fill(list: &[(u64, Slot)]) -> Arc<[Slot]> {
    let len = (list.len() * 2).next_power_of_two().max(2);
    let mut cells = vec![FREE; len];
    for &(hash, slot) in list {
        let mut at = start_of(hash, len);
        while cells[at] != FREE {
            at = (at + 1) & (len - 1);
        }
        cells[at] = slot;
    }
    cells.into()
}
