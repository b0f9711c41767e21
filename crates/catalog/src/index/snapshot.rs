//! One immutable state of the whole catalog.

use std::sync::Arc;

use model::entity::Attributes;
use model::{EntityRef, Sequence};
use roaring::RoaringBitmap;

use super::block::{MAX_SLOTS, narrow};
use super::error::IndexError;
use super::order::{Order, OrderCache, Ranking};
use super::posting::Slot;
use super::refs::RefTable;
use super::slots::{Kept, SlotTable};
use super::table::Tables;

/// The catalog as it was after one change. Readers keep it as long as they like.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) sequence: Sequence,
    /// Slots in use.
    pub(super) live: RoaringBitmap,
    pub(super) slots: SlotTable,
    pub(super) refs: RefTable,
    pub(super) tables: Tables,
    pub(super) by_uid: Ranking,
    pub(super) by_ref: Ranking,
    /// Slots to take before new ones.
    pub(super) free: Vec<Slot>,
    pub(super) orders: Arc<OrderCache>,
}

impl Snapshot {
    /// From entities in any order; of two with one ref the later counts.
    pub(super) fn new(mut kept: Vec<Kept>, sequence: Sequence) -> Result<Self, IndexError> {
        // In order of refs, so that neighbours share values and slots of one kind are one run.
        kept.sort_by(|a, b| a.entity_ref.cmp(&b.entity_ref));
        kept.reverse();
        kept.dedup_by(|later, earlier| later.entity_ref == earlier.entity_ref);
        kept.reverse();
        if kept.len() >= MAX_SLOTS as usize {
            return Err(IndexError::Full(kept.len()));
        }
        let tables = super::build::build(&kept)?;
        let mut by_uid: Vec<(u128, Slot)> = (0..).zip(&kept).map(|(slot, kept)| (kept.uid, slot)).collect();
        by_uid.sort_unstable();
        let by_uid: Vec<Slot> = by_uid.into_iter().map(|(_, slot)| slot).collect();
        let slots = SlotTable::new(kept);
        let len = narrow(slots.len());
        Ok(Self {
            sequence,
            live: (0..len).collect(),
            refs: RefTable::new(&slots, 0..len),
            tables,
            by_uid: Ranking::new(by_uid, slots.len()),
            by_ref: Ranking::new((0..len).collect(), slots.len()),
            free: Vec::new(),
            orders: Arc::new(OrderCache::default()),
            slots,
        })
    }

    /// The change this state includes last.
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// How many entities there are.
    pub fn len(&self) -> usize {
        self.by_ref.slots().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entity with this ref.
    pub fn find(&self, entity_ref: &EntityRef) -> Option<Slot> {
        self.find_text(entity_ref.as_str())
    }

    /// The entity whose canonical ref is literally this text.
    pub fn find_text(&self, entity_ref: &str) -> Option<Slot> {
        self.refs.find(&self.slots, entity_ref)
    }

    /// The entity with this uid. The text is compared as it is: another spelling is another uid.
    pub fn find_uid(&self, uid: &str) -> Option<Slot> {
        let wanted = parse_uid(uid)?;
        let by_uid = self.by_uid.slots();
        let at = by_uid.binary_search_by_key(&wanted, |slot| self.slots.uid(*slot)).ok()?;
        Some(by_uid[at])
    }

    /// The body of an entity, compact JSON. The slot must come from this snapshot.
    pub fn body(&self, slot: Slot) -> &Arc<str> {
        self.slots.body(slot)
    }

    /// Its uid, lower-case text.
    pub fn uid(&self, slot: Slot) -> String {
        uid_text(self.slots.uid(slot))
    }

    /// Its canonical ref.
    pub fn ref_text(&self, slot: Slot) -> &str {
        self.slots.entity_ref(slot)
    }

    /// Refs of the entities that emitted it; they need not exist.
    pub fn parents(&self, slot: Slot) -> &[EntityRef] {
        self.slots.parents(slot)
    }

    /// Its typed attributes, read from the body: for one entity at a time.
    pub fn attributes(&self, slot: Slot) -> Option<Attributes> {
        let entity = serde_json::from_str(self.body(slot)).ok()?;
        Attributes::from_stitched(&entity).ok()
    }

    /// Whether these slots, all in use, are all there are.
    pub(crate) fn is_everything(&self, slots: &RoaringBitmap) -> bool {
        slots.len() == self.live.len()
    }

    /// The order by a field's value, kept for the next time if the field is a plain one.
    pub(crate) fn order(&self, field: &str) -> Arc<Order> {
        self.orders.get(self, field)
    }

    /// The order by uid.
    pub(crate) fn by_uid(&self) -> &Ranking {
        &self.by_uid
    }

    /// The order by ref.
    pub(crate) fn by_ref(&self) -> &Ranking {
        &self.by_ref
    }
}

/// A lower-case UUID in its usual form, or nothing.
pub(super) fn parse_uid(text: &str) -> Option<u128> {
    let uid = uuid::Uuid::try_parse(text).ok()?.as_u128();
    (uid_text(uid) == text).then_some(uid)
}

fn uid_text(uid: u128) -> String {
    uuid::Uuid::from_u128(uid).hyphenated().to_string()
}
