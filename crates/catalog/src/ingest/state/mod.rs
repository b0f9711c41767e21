//! What the writer keeps in memory of every entity, to know what a refresh changes: everything but
//! the bodies. About 300 bytes an entity.

mod interned;
mod slot;

use std::collections::{BTreeSet, HashSet};
use std::ops::Bound::Included;
use std::sync::Arc;

use model::{Change, Edge, EntityRef, StoredEntity};

pub(super) use self::interned::Interned;
pub(super) use self::slot::{Out, Slot, SourceHash};
use super::location::root_ref;
use super::memory::Memories;

/// Everything the writer knows between refreshes. Build it with [`State::add`] from a scan of the
/// store, and hand it every committed change.
#[derive(Debug, Default)]
pub struct State {
    /// Every ref met, dangling targets of relations included; a position is an id.
    refs: Interned<EntityRef>,
    /// Location keys and origins.
    texts: Interned<Arc<str>>,
    /// Names of relations: forward and reverse.
    relations: Interned<(Arc<str>, Arc<str>)>,
    /// By id; `None` for refs that are only pointed to.
    slots: Vec<Option<Slot>>,
    live: usize,
    /// Target, relation, source: who points to an entity.
    incoming: BTreeSet<(u32, u16, u32)>,
    /// Parent, child.
    children: BTreeSet<(u32, u32)>,
    memories: Memories,
}

impl State {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entities are known.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether no entity is known.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Whether the entity is known.
    pub fn contains(&self, entity: &EntityRef) -> bool {
        self.slot(entity).is_some()
    }

    /// `type:target` of every configured location that has entities.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().flatten().filter(|slot| slot.root).map(|slot| &**self.texts.value(slot.location))
    }

    /// `type:target` of the configured location that an entity descends from.
    pub fn origin(&self, entity: &EntityRef) -> Option<&str> {
        Some(&**self.texts.value(self.slot(entity)?.origin))
    }

    /// Takes in one entity of the store, new or changed.
    pub fn add(&mut self, entity: &StoredEntity) {
        let id = self.id(&entity.entity_ref);
        self.remove(id);
        let edges: Box<[Out]> = entity.edges.iter().map(|edge| self.out(edge)).collect();
        for edge in &edges {
            self.incoming.insert((edge.target, edge.relation, id));
        }
        let parents: Box<[u32]> = entity.parents.iter().map(|parent| self.id(parent)).collect();
        for parent in &parents {
            self.children.insert((*parent, id));
        }
        let root = parents.is_empty()
            && entity.origin == entity.location_key
            && root_ref(&entity.location_key) == entity.entity_ref;
        let source_hash = SourceHash::parse(&entity.source_hash);
        if root && source_hash.is_none() {
            // Its files may be back to what is remembered of them; its entities are not.
            self.memories.forget(&entity.location_key);
        }
        self.slots[id as usize] = Some(Slot {
            uid: entity.uid.parse().unwrap_or_default(),
            source_hash,
            location: self.texts.id(&entity.location_key),
            origin: self.texts.id(&entity.origin),
            parents,
            edges,
            problems: entity.problems.clone().into_boxed_slice(),
            root,
        });
        self.live += 1;
    }

    /// Advances by one committed change.
    pub fn apply(&mut self, change: &Change) {
        for gone in &change.deletes {
            if let Some(id) = self.refs.find(gone) {
                self.remove(id);
            }
        }
        for entity in &change.upserts {
            self.add(entity);
        }
        if !change.deletes.is_empty() {
            let roots: HashSet<Arc<str>> = self.roots().map(Arc::from).collect();
            self.memories.keep_roots(|root| roots.contains(root));
        }
        self.forget_dead_refs();
    }

    /// Keeps what a refresh learned about files. Call it after its change has been applied.
    pub fn remember(&mut self, memories: Memories) {
        self.memories.merge(memories);
    }

    /// What is remembered of files, for a refresh.
    pub(super) fn memories(&self) -> &Memories {
        &self.memories
    }

    pub(super) fn slot(&self, entity: &EntityRef) -> Option<&Slot> {
        self.slots[self.refs.find(entity)? as usize].as_ref()
    }

    pub(super) fn location_key(&self, slot: &Slot) -> &Arc<str> {
        self.texts.value(slot.location)
    }

    pub(super) fn origin_of(&self, slot: &Slot) -> &Arc<str> {
        self.texts.value(slot.origin)
    }

    pub(super) fn parents(&self, slot: &Slot) -> impl Iterator<Item = &EntityRef> {
        slot.parents.iter().map(|parent| self.refs.value(*parent))
    }

    /// The entities that `parent` emitted.
    pub(super) fn children(&self, parent: &EntityRef) -> impl Iterator<Item = (&EntityRef, &Slot)> {
        let range = self
            .refs
            .find(parent)
            .map(|id| self.children.range((Included((id, 0)), Included((id, u32::MAX)))));
        range
            .into_iter()
            .flatten()
            .filter_map(|(_, child)| Some((self.refs.value(*child), self.slots[*child as usize].as_ref()?)))
    }

    /// Relations that `slot`'s own fields emit.
    pub(super) fn edges(&self, slot: &Slot) -> Vec<Edge> {
        slot.edges
            .iter()
            .map(|out| {
                let (forward, reverse) = self.relations.value(u32::from(out.relation)).clone();
                Edge { forward, reverse, target: self.refs.value(out.target).clone() }
            })
            .collect()
    }

    /// Relations that other entities' fields emit to `target`: the relation as seen from `target`, and
    /// the other end.
    pub(super) fn incoming(&self, target: &EntityRef) -> impl Iterator<Item = (&Arc<str>, &EntityRef)> {
        let range = self
            .refs
            .find(target)
            .map(|id| self.incoming.range((Included((id, 0, 0)), Included((id, u16::MAX, u32::MAX)))));
        range.into_iter().flatten().map(|(_, relation, source)| {
            (&self.relations.value(u32::from(*relation)).1, self.refs.value(*source))
        })
    }

    /// All entities, for the rare question that has no index.
    pub(super) fn all(&self) -> impl Iterator<Item = (&EntityRef, &Slot)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(id, slot)| Some((self.refs.value(u32::try_from(id).ok()?), slot.as_ref()?)))
    }

    /// Whether `slot` came from the same source.
    pub(super) fn same_source(&self, slot: &Slot, source_hash: SourceHash, edges: &[Edge]) -> bool {
        let same_edge = |(out, edge): (&Out, &Edge)| {
            let (forward, reverse) = self.relations.value(u32::from(out.relation));
            *self.refs.value(out.target) == edge.target
                && *forward == edge.forward
                && *reverse == edge.reverse
        };
        slot.source_hash == Some(source_hash)
            && slot.edges.len() == edges.len()
            && slot.edges.iter().zip(edges).all(same_edge)
    }

    /// Whether the last change to what a configured location holds was not written whole, so that some
    /// bodies may not fit the relations there are.
    pub(super) fn is_unfinished(&self, root: &EntityRef) -> bool {
        self.slot(root).is_some_and(|slot| slot.root && slot.source_hash.is_none())
    }

    /// The ref that is kept already, so that equal ones share their text.
    pub(super) fn known(&self, entity: &EntityRef) -> Option<&EntityRef> {
        self.refs.find(entity).map(|id| self.refs.value(id))
    }

    fn id(&mut self, entity: &EntityRef) -> u32 {
        let id = self.refs.id(entity);
        if self.slots.len() <= id as usize {
            self.slots.resize_with(id as usize + 1, || None);
        }
        id
    }

    fn out(&mut self, edge: &Edge) -> Out {
        let names = (edge.forward.clone(), edge.reverse.clone());
        let relation = u16::try_from(self.relations.id(&names)).expect("kinds emit a dozen relations");
        Out { relation, target: self.id(&edge.target) }
    }

    fn remove(&mut self, id: u32) {
        let Some(slot) = self.slots[id as usize].take() else { return };
        self.live -= 1;
        for edge in &slot.edges {
            self.incoming.remove(&(edge.target, edge.relation, id));
        }
        for parent in &slot.parents {
            self.children.remove(&(*parent, id));
        }
    }

    /// Rebuilds the tables when most refs in them belong to entities long gone, so that a catalog
    /// whose names keep changing does not grow for ever.
    fn forget_dead_refs(&mut self) {
        const SLACK: usize = 10_000;
        let pointed_to = self.incoming.len() + self.children.len();
        if self.refs.len() <= SLACK + 2 * (self.live + pointed_to) {
            return;
        }
        let old = std::mem::take(self);
        for (entity, slot) in old.all() {
            self.add(&StoredEntity {
                entity_ref: entity.clone(),
                uid: slot.uid.to_string().into(),
                etag: "".into(),
                body: "".into(),
                edges: old.edges(slot),
                location_key: old.location_key(slot).clone(),
                origin: old.origin_of(slot).clone(),
                parents: old.parents(slot).cloned().collect(),
                source_hash: slot.source_hash.map_or_else(|| "".into(), |hash| hash.to_string().into()),
                problems: slot.problems.to_vec(),
            });
        }
        self.memories = old.memories;
    }
}
