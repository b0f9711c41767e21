//! A change in the making: edits over the state, followed through to everything they touch.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use model::{EntityRef, StatusItem};

use super::pieces::Pieces;
use super::source::{SourceId, Sources};
use super::state::Slot;
use super::{Limits, OrphanStrategy, State};

/// What is to become of one entity.
#[derive(Debug)]
pub(super) struct Edit {
    pub parents: Arc<[EntityRef]>,
    pub location: Arc<str>,
    pub origin: Arc<str>,
    pub problems: Box<[StatusItem]>,
    /// `None` leaves its source as it is.
    pub source: Option<SourceId>,
    /// Whether it stands for a configured location.
    pub root: bool,
}

pub(super) type Edits = IndexMap<EntityRef, Edit>;

/// Edits over a state.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    state: &'a State,
    edits: Edits,
    /// Parents before their children.
    deletes: IndexSet<EntityRef>,
    /// Entities that lost a parent.
    bereft: Vec<EntityRef>,
    /// The configured locations it is about.
    roots: Vec<EntityRef>,
    /// Whether to look at every entity, because an earlier change was not written whole.
    mends: bool,
}

impl<'a> Draft<'a> {
    /// No edits yet, on behalf of these configured locations.
    pub(super) fn new(state: &'a State, roots: Vec<EntityRef>) -> Self {
        let mends = roots.iter().any(|root| state.is_unfinished(root));
        Self { state, edits: IndexMap::new(), deletes: IndexSet::new(), bereft: Vec::new(), roots, mends }
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
            edit.parents = edit.parents.iter().filter(|other| *other != parent).cloned().collect();
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
                    (Some(edit), _) => (edit.root, edit.parents.to_vec()),
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
        if self.mends {
            self.edit_strayed();
        }
        let mut next = 0;
        // Edits are appended while this runs: children of those whose origin changes.
        while let Some((entity, edit)) = self.edits.get_index(next) {
            next += 1;
            let origins = || edit.parents.iter().filter_map(|parent| self.origin(parent));
            if origins().any(|origin| *origin == edit.origin) {
                continue;
            }
            let best =
                if origins().any(|origin| origin == preferred) { Some(preferred) } else { origins().min() };
            let Some(best) = best.cloned() else { continue };
            let entity = entity.clone();
            let children: Vec<EntityRef> =
                self.state.children(&entity).map(|(child, _)| child.clone()).collect();
            for child in children {
                self.edit(&child);
            }
            if let Some(edit) = self.edits.get_mut(&entity) {
                edit.origin = best;
            }
        }
    }

    /// Begins an edit of every entity whose origin is none of its parents'.
    fn edit_strayed(&mut self) {
        let state = self.state;
        for (entity, slot) in state.all() {
            let mut origins = state.parents(slot).filter_map(|parent| self.origin(parent)).peekable();
            if origins.peek().is_some() && !origins.any(|origin| origin == state.origin_of(slot)) {
                drop(origins);
                self.edit(entity);
            }
        }
    }

    fn origin(&self, entity: &EntityRef) -> Option<&Arc<str>> {
        match self.edits.get(entity) {
            Some(edit) => Some(&edit.origin),
            None => self.state.slot(entity).map(|slot| self.state.origin_of(slot)),
        }
    }

    /// The changes that make it so, with everything that the edits touch.
    pub(super) fn finish(self, sources: Sources, limits: &Limits) -> Pieces {
        let mut touched = if self.mends { self.everything() } else { self.touched(&sources) };
        let Self { state, mut edits, mut deletes, roots, .. } = self;
        deletes.retain(|gone| state.contains(gone));
        // A root comes first: it says until the end that there is more to write.
        for root in &roots {
            if touched.shift_remove(root)
                && let Some(slot) = state.slot(root)
            {
                edits.insert(root.clone(), Edit::of(state, slot));
            }
            if let Some(at) = edits.get_index_of(root) {
                edits.move_index(at, 0);
            }
        }
        Pieces::new(edits, touched, deletes, roots, sources, limits)
    }

    /// Entities without edits of their own that a relation was added to or taken from.
    fn touched(&self, sources: &Sources) -> IndexSet<EntityRef> {
        let mut touched = IndexSet::new();
        let mut touch = |target: &EntityRef| {
            if self.has_no_edit(target) && self.state.contains(target) && !touched.contains(target) {
                touched.insert(target.clone());
            }
        };
        for (entity, source) in self.edits.iter().filter_map(|(entity, edit)| Some((entity, edit.source?))) {
            let Some(slot) = self.state.slot(entity) else {
                sources.outs(source).iter().for_each(|out| touch(sources.entity(out.target)));
                continue;
            };
            let (new, old) = (sources.edges(source), self.state.edges(slot));
            new.iter().filter(|edge| !old.contains(edge)).for_each(|edge| touch(&edge.target));
            old.iter().filter(|edge| !new.contains(edge)).for_each(|edge| touch(&edge.target));
        }
        for slot in self.deletes.iter().filter_map(|gone| self.state.slot(gone)) {
            self.state.edges(slot).iter().for_each(|edge| touch(&edge.target));
        }
        touched
    }

    /// Every entity without an edit of its own.
    fn everything(&self) -> IndexSet<EntityRef> {
        self.state
            .all()
            .map(|(entity, _)| entity)
            .filter(|entity| self.has_no_edit(entity))
            .cloned()
            .collect()
    }

    fn has_no_edit(&self, entity: &EntityRef) -> bool {
        !self.edits.contains_key(entity) && !self.deletes.contains(entity)
    }
}

impl Edit {
    /// What the state has of an entity.
    pub(super) fn of(state: &State, slot: &Slot) -> Self {
        Self {
            parents: state.parents(slot).cloned().collect(),
            location: state.location_key(slot).clone(),
            origin: state.origin_of(slot).clone(),
            problems: slot.problems.clone(),
            source: None,
            root: slot.root,
        }
    }
}
