//! Which entities have a value: most values belong to one entity, so that case costs four bytes.

use std::sync::Arc;

use roaring::RoaringBitmap;

/// Number of an entity in this process; reused after its entity is gone.
pub type Slot = u32;

/// Most slots a block keeps as a plain list; more become a bitmap.
const FEW: usize = 48;

/// The slots of one value, borrowed from its block.
#[derive(Clone, Copy, Debug)]
pub(super) enum Posting<'a> {
    One(Slot),
    /// Ascending.
    Few(&'a [Slot]),
    Many(&'a Arc<RoaringBitmap>),
}

impl<'a> Posting<'a> {
    pub(super) fn len(self) -> u64 {
        match self {
            Self::One(_) => 1,
            Self::Few(slots) => slots.len() as u64,
            Self::Many(map) => map.len(),
        }
    }

    pub(super) fn contains(self, slot: Slot) -> bool {
        match self {
            Self::One(only) => only == slot,
            Self::Few(slots) => slots.binary_search(&slot).is_ok(),
            Self::Many(map) => map.contains(slot),
        }
    }

    /// How many of the slots are selected.
    pub(super) fn count_in(self, selection: &RoaringBitmap) -> u64 {
        match self {
            Self::One(slot) => u64::from(selection.contains(slot)),
            Self::Few(slots) => slots.iter().filter(|slot| selection.contains(**slot)).count() as u64,
            Self::Many(map) => map.intersection_len(selection),
        }
    }

    pub(super) fn union_into(self, target: &mut RoaringBitmap) {
        match self {
            Self::One(slot) => {
                target.insert(slot);
            }
            Self::Few(slots) => target.extend(slots.iter().copied()),
            Self::Many(map) => *target |= &**map,
        }
    }

    /// Appends the slots.
    pub(super) fn extend(self, target: &mut Vec<Slot>) {
        match self {
            Self::One(slot) => target.push(slot),
            Self::Few(slots) => target.extend_from_slice(slots),
            Self::Many(map) => target.extend(map.iter()),
        }
    }

    pub(super) fn iter(self) -> Box<dyn Iterator<Item = Slot> + 'a> {
        match self {
            Self::One(slot) => Box::new(std::iter::once(slot)),
            Self::Few(slots) => Box::new(slots.iter().copied()),
            Self::Many(map) => Box::new(map.iter()),
        }
    }
}

/// The slots of one value while its block is being changed.
#[derive(Clone, Debug)]
pub(super) enum Slots {
    /// Ascending.
    List(Vec<Slot>),
    Map(Arc<RoaringBitmap>),
}

impl Slots {
    /// From ascending slots.
    pub(super) fn from_sorted(slots: &[Slot]) -> Self {
        if slots.len() <= FEW {
            Self::List(slots.to_vec())
        } else {
            let mut map: RoaringBitmap = slots.iter().copied().collect();
            map.optimize();
            Self::Map(Arc::new(map))
        }
    }

    pub(super) fn insert(&mut self, slot: Slot) {
        match self {
            Self::List(slots) => {
                if let Err(at) = slots.binary_search(&slot) {
                    slots.insert(at, slot);
                    if slots.len() > FEW {
                        *self = Self::Map(Arc::new(slots.iter().copied().collect()));
                    }
                }
            }
            Self::Map(map) => {
                Arc::make_mut(map).insert(slot);
            }
        }
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        match self {
            Self::List(slots) => {
                if let Ok(at) = slots.binary_search(&slot) {
                    slots.remove(at);
                }
            }
            Self::Map(map) => {
                Arc::make_mut(map).remove(slot);
                // Half of the limit, so that a value at the limit does not change its form every time.
                if map.len() <= (FEW / 2) as u64 {
                    *self = Self::List(map.iter().collect());
                }
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::List(slots) => slots.is_empty(),
            Self::Map(map) => map.is_empty(),
        }
    }
}

impl From<Posting<'_>> for Slots {
    fn from(posting: Posting<'_>) -> Self {
        match posting {
            Posting::One(slot) => Self::List(vec![slot]),
            Posting::Few(slots) => Self::List(slots.to_vec()),
            Posting::Many(map) => Self::Map(Arc::clone(map)),
        }
    }
}
