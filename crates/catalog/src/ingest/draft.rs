//! A change in the making: edits over the state, followed through to everything they touch.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use model::{Change, Edge, EntityRef, Entropy, StatusItem, StoredEntity};
use serde_json::{Map, Value};

use super::source::{Source, set_origin};
use super::state::Slot;
use super::stitch::{Surroundings, stitch, unstitch};
use super::{Bodies, OrphanStrategy, State};

/// What is to become of one entity.
#[derive(Debug)]
pub(super) struct Edit {
    pub parents: Vec<EntityRef>,
    pub location: Arc<str>,
    pub origin: Arc<str>,
    pub problems: Vec<StatusItem>,
    /// `None` leaves its source as it is.
    pub source: Option<Arc<Source>>,
    /// Whether it stands for a configured location.
    pub root: bool,
}

/// Edits over a state.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    state: &'a State,
    edits: IndexMap<EntityRef, Edit>,
    deletes: IndexSet<EntityRef>,
    /// Entities that lost a parent.
    bereft: Vec<EntityRef>,
}

/// The relations that new sources emit.
type Sources = HashMap<EntityRef, Arc<[Edge]>>;

/// Who points to an entity, by the edits of a draft.
type Incoming<'e> = HashMap<&'e EntityRef, Vec<(&'e Arc<str>, &'e EntityRef)>>;

impl<'a> Draft<'a> {
    pub(super) fn new(state: &'a State) -> Self {
        Self { state, edits: IndexMap::new(), deletes: IndexSet::new(), bereft: Vec::new() }
    }

    /// Sets what an entity becomes.
    pub(super) fn put(&mut self, entity: EntityRef, edit: Edit) {
        self.edits.insert(entity, edit);
    }

    /// The edit of a known entity, begun from what the state has; `None` if it is unknown or gone.
    pub(super) fn edit(&mut self, entity: &EntityRef) -> Option<&mut Edit> {
        if self.deletes.contains(entity) {
            return None;
        }
        if !self.edits.contains_key(entity) {
            let edit = Edit::of(self.state, self.state.slot(entity)?);
            self.edits.insert(entity.clone(), edit);
        }
        self.edits.get_mut(entity)
    }

    /// Takes a parent from a child.
    pub(super) fn part(&mut self, parent: &EntityRef, child: &EntityRef) {
        if let Some(edit) = self.edit(child) {
            edit.parents.retain(|other| other != parent);
            self.bereft.push(child.clone());
        }
    }

    /// Removes an entity; its children lose it as their parent.
    pub(super) fn delete(&mut self, entity: &EntityRef) {
        self.edits.shift_remove(entity);
        self.deletes.insert(entity.clone());
        let children: Vec<EntityRef> = self.state.children(entity).map(|(child, _)| child.clone()).collect();
        for child in children {
            self.part(entity, &child);
        }
    }

    /// Decides about entities that lost a parent: those that no configured location leads to any more
    /// go, or stay as orphans.
    pub(super) fn settle_orphans(&mut self, strategy: OrphanStrategy) {
        while let Some(entity) = self.bereft.pop() {
            if self.deletes.contains(&entity) || strategy == OrphanStrategy::Keep {
                continue;
            }
            if !self.anchored(&entity) {
                self.delete(&entity);
            }
        }
    }

    /// Whether a way up leads to a configured location. Parents alone do not tell: two Locations may
    /// name each other.
    fn anchored(&self, entity: &EntityRef) -> bool {
        let mut seen = HashSet::from([entity.clone()]);
        let mut above = vec![entity.clone()];
        while let Some(entity) = above.pop() {
            if self.deletes.contains(&entity) {
                continue;
            }
            let (root, parents): (bool, Vec<EntityRef>) =
                match (self.edits.get(&entity), self.state.slot(&entity)) {
                    (Some(edit), _) => (edit.root, edit.parents.clone()),
                    (None, Some(slot)) => (slot.root, self.state.parents(slot).cloned().collect()),
                    (None, None) => continue,
                };
            if root {
                return true;
            }
            above.extend(parents.into_iter().filter(|parent| seen.insert(parent.clone())));
        }
        false
    }

    /// Gives every edited entity the origin of one of its parents; it keeps its own while it can.
    pub(super) fn settle_origins(&mut self, preferred: &Arc<str>) {
        let mut next = 0;
        // Edits are appended while this runs: children of those whose origin changes.
        while let Some((entity, edit)) = self.edits.get_index(next) {
            let origins: Vec<Arc<str>> =
                edit.parents.iter().filter_map(|parent| self.origin(parent).cloned()).collect();
            if !origins.is_empty() && !origins.contains(&edit.origin) {
                let entity = entity.clone();
                let best = if origins.contains(preferred) { Some(preferred) } else { origins.iter().min() };
                let best = best.cloned().unwrap_or_else(|| preferred.clone());
                let children: Vec<EntityRef> =
                    self.state.children(&entity).map(|(child, _)| child.clone()).collect();
                for child in children {
                    self.edit(&child);
                }
                if let Some(edit) = self.edits.get_mut(&entity) {
                    edit.origin = best;
                }
            }
            next += 1;
        }
    }

    fn origin(&self, entity: &EntityRef) -> Option<&Arc<str>> {
        match self.edits.get(entity) {
            Some(edit) => Some(&edit.origin),
            None => self.state.slot(entity).map(|slot| self.state.origin_of(slot)),
        }
    }

    /// Stitches everything that the edits touch.
    pub(super) fn finish(mut self, bodies: &impl Bodies, entropy: &dyn Entropy) -> Change {
        let sources: Sources = self
            .edits
            .iter()
            .filter_map(|(entity, edit)| Some((entity.clone(), edit.source.as_ref()?.edges.clone())))
            .collect();
        let mut incoming: Incoming<'_> = HashMap::new();
        for (entity, edges) in &sources {
            for edge in &**edges {
                incoming.entry(&edge.target).or_default().push((&edge.reverse, entity));
            }
        }
        let edits = std::mem::take(&mut self.edits);
        let touched = self.touched(&edits, &sources);
        let mut change = Change { upserts: Vec::with_capacity(edits.len()), deletes: Vec::new() };
        for (entity, edit) in edits {
            let slot = self.state.slot(&entity);
            let relations = self.relations(&entity, slot, &sources, &incoming);
            change.upserts.extend(upsert(self.state, entity, slot, edit, relations, bodies, entropy));
        }
        for entity in touched {
            let Some(slot) = self.state.slot(&entity) else { continue };
            let relations = self.relations(&entity, Some(slot), &sources, &incoming);
            let edit = Edit::of(self.state, slot);
            let upsert = upsert(self.state, entity, Some(slot), edit, relations, bodies, entropy);
            change.upserts.extend(
                upsert
                    .filter(|upsert| bodies.body(&upsert.entity_ref).is_none_or(|body| body != upsert.body)),
            );
        }
        change.deletes = self.deletes.into_iter().filter(|gone| self.state.contains(gone)).collect();
        change
    }

    /// Entities without edits of their own that a relation was added to or taken from.
    fn touched(&self, edits: &IndexMap<EntityRef, Edit>, sources: &Sources) -> IndexSet<EntityRef> {
        let mut touched = IndexSet::new();
        let mut touch = |edge: &Edge| {
            let target = &edge.target;
            if !edits.contains_key(target) && !self.deletes.contains(target) && self.state.contains(target) {
                touched.insert(target.clone());
            }
        };
        for (entity, new) in edits.keys().filter_map(|entity| Some((entity, sources.get(entity)?))) {
            let old = self.state.slot(entity).map(|slot| self.state.edges(slot)).unwrap_or_default();
            new.iter().filter(|edge| !old.contains(edge)).for_each(&mut touch);
            old.iter().filter(|edge| !new.contains(edge)).for_each(&mut touch);
        }
        for slot in self.deletes.iter().filter_map(|gone| self.state.slot(gone)) {
            self.state.edges(slot).iter().for_each(&mut touch);
        }
        touched
    }

    /// All relations of an entity once the draft holds.
    fn relations(
        &self,
        entity: &EntityRef,
        slot: Option<&Slot>,
        sources: &Sources,
        incoming: &Incoming<'_>,
    ) -> Vec<(Arc<str>, EntityRef)> {
        let own = match (sources.get(entity), slot) {
            (Some(edges), _) => edges.to_vec(),
            (None, Some(slot)) => self.state.edges(slot),
            (None, None) => Vec::new(),
        };
        let stay = |source: &EntityRef| !self.deletes.contains(source) && !sources.contains_key(source);
        let kept = self.state.incoming(entity).filter(|(_, source)| stay(source));
        let new = incoming.get(entity).into_iter().flatten().copied();
        let pointed = kept.chain(new).map(|(name, source)| (name.clone(), source.clone()));
        own.into_iter().map(|edge| (edge.forward, edge.target)).chain(pointed).collect()
    }
}

impl Edit {
    /// What the state has of an entity.
    fn of(state: &State, slot: &Slot) -> Self {
        Self {
            parents: state.parents(slot).cloned().collect(),
            location: state.location_key(slot).clone(),
            origin: state.origin_of(slot).clone(),
            problems: slot.problems.to_vec(),
            source: None,
            root: slot.root,
        }
    }
}

/// Stitches one entity; `None` if there is nothing to stitch it from.
fn upsert(
    state: &State,
    entity_ref: EntityRef,
    slot: Option<&Slot>,
    edit: Edit,
    relations: Vec<(Arc<str>, EntityRef)>,
    bodies: &impl Bodies,
    entropy: &dyn Entropy,
) -> Option<StoredEntity> {
    let source = match (edit.source, slot) {
        (Some(source), _) if source.origin == edit.origin => source,
        (Some(source), _) => Arc::new(under_origin(source.map(), source.edges.clone(), &edit.origin)),
        (None, Some(slot)) => {
            let map = unstitch(&bodies.body(&entity_ref)?, slot.orphan())?;
            Arc::new(under_origin(map, state.edges(slot).into(), &edit.origin))
        }
        (None, None) => return None,
    };
    let uid = slot.map_or_else(|| entropy.uuid(), |slot| slot.uid);
    let (hash, edges, map) = (source.hash.clone(), source.edges.to_vec(), source.map());
    drop(source);
    let orphan = edit.parents.is_empty() && !edit.root;
    let around = Surroundings { uid, relations, problems: &edit.problems, orphan };
    let stitched = stitch(map, around);
    Some(StoredEntity {
        entity_ref,
        uid: uid.to_string().into(),
        etag: stitched.etag,
        body: stitched.body,
        edges,
        location_key: edit.location,
        origin: edit.origin,
        parents: edit.parents,
        source_hash: hash,
        problems: edit.problems,
    })
}

/// An entity under the origin it is to have.
fn under_origin(mut entity: Map<String, Value>, edges: Arc<[Edge]>, origin: &Arc<str>) -> Source {
    set_origin(&mut entity, origin);
    Source::new(&Value::Object(entity), edges, origin.clone())
}
