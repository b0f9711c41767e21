//! A plan as a sequence of changes of bounded size, each made when the one before it is written, so
//! that a catalog of any size needs the memory of one piece.
//!
//! All relations are known beforehand: a body is made once, with relations to entities of later pieces
//! in it. Should the last piece never be written, such a body says more than the catalog holds.
//! INVARIANT: from the first piece to the last, the Locations that the plan is for have no source hash
//! in the store. A refresh that meets such a root looks at every body again
//! (`a_refresh_cut_short_is_completed_by_the_next`).

use std::sync::Arc;

use indexmap::IndexSet;
use model::{Change, EntityRef, Entropy, StoredEntity};

use super::draft::{Edit, Edits};
use super::source::{Sources, under_origin};
use super::stitch::{Surroundings, stitch, unstitch};
use super::{Bodies, Limits, State};

/// Stands for the source hash of a root while its plan is not written whole.
const UNFINISHED: &str = "unfinished";

/// What is left to write of a plan.
#[derive(Debug)]
pub(super) struct Pieces {
    edits: Edits,
    next_edit: usize,
    /// Entities whose relations may differ.
    touched: std::vec::IntoIter<EntityRef>,
    deletes: IndexSet<EntityRef>,
    /// How many deletes are not written. Children go before their parents, from the end.
    deletes_left: usize,
    sources: Sources,
    incoming: Vec<Incoming>,
    roots: Vec<EntityRef>,
    /// The roots as they are when all is written.
    last: Vec<StoredEntity>,
    begun: bool,
    most: usize,
    most_bytes: usize,
}

/// Who points to an entity, by the sources of a plan, in their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Incoming {
    target: u32,
    source: u32,
    relation: u16,
}

/// One change in the making.
#[derive(Default)]
struct Piece {
    change: Change,
    looked_at: usize,
    bytes: usize,
}

impl Pieces {
    pub(super) fn new(
        edits: Edits,
        touched: IndexSet<EntityRef>,
        deletes: IndexSet<EntityRef>,
        roots: Vec<EntityRef>,
        mut sources: Sources,
        limits: &Limits,
    ) -> Self {
        let mut incoming = Vec::new();
        for (entity, id) in edits.iter().filter_map(|(entity, edit)| Some((entity, edit.source?))) {
            let source = sources.number(entity);
            let outs = sources.outs(id).iter();
            incoming.extend(outs.map(|out| Incoming { target: out.target, source, relation: out.relation }));
        }
        incoming.sort_unstable();
        let touched: Vec<EntityRef> = touched.into_iter().collect();
        Self {
            edits,
            next_edit: 0,
            touched: touched.into_iter(),
            deletes_left: deletes.len(),
            deletes,
            sources,
            incoming,
            roots,
            last: Vec::new(),
            begun: false,
            most: limits.piece_entities.max(1),
            most_bytes: limits.piece_bytes,
        }
    }

    fn is_done(&self) -> bool {
        self.next_edit >= self.edits.len() && self.touched.len() == 0 && self.deletes_left == 0
    }

    /// The next change; `None` after the last. See [`Plan::next_change`](super::Plan::next_change).
    pub(super) fn next(
        &mut self,
        state: &State,
        bodies: &impl Bodies,
        entropy: &dyn Entropy,
    ) -> Option<Change> {
        if self.is_done() {
            return None;
        }
        let mut piece = Piece::default();
        while piece.looked_at < self.most && piece.bytes < self.most_bytes && !self.is_done() {
            piece.looked_at += 1;
            self.step(&mut piece, state, bodies, entropy);
        }
        let mut change = piece.change;
        if self.is_done() {
            change.upserts.append(&mut self.last);
        } else if !self.begun {
            self.mark(&mut change, state, bodies, entropy);
        }
        self.begun = true;
        Some(change)
    }

    fn step(&mut self, piece: &mut Piece, state: &State, bodies: &impl Bodies, entropy: &dyn Entropy) {
        if let Some((entity, edit)) = self.edits.get_index_mut(self.next_edit) {
            self.next_edit += 1;
            let entity = entity.clone();
            // What others ask of an edit is whether it has a source.
            let edit = Edit {
                parents: edit.parents.clone(),
                location: edit.location.clone(),
                origin: edit.origin.clone(),
                problems: std::mem::take(&mut edit.problems),
                ..*edit
            };
            let upsert = self.upsert(state, entity, edit, bodies, entropy);
            piece.bytes += upsert.as_ref().map_or(0, |upsert| upsert.body.len());
            piece.change.upserts.extend(upsert);
        } else if let Some(entity) = self.touched.next() {
            let Some(slot) = state.slot(&entity) else { return };
            let body = bodies.body(&entity);
            let edit = Edit::of(state, slot);
            let upsert = self.upsert(state, entity, edit, bodies, entropy);
            let upsert = upsert.filter(|upsert| body.is_none_or(|body| body != upsert.body));
            piece.bytes += upsert.as_ref().map_or(0, |upsert| upsert.body.len());
            piece.change.upserts.extend(upsert);
        } else {
            self.deletes_left = self.deletes_left.saturating_sub(1);
            piece.change.deletes.extend(self.deletes.get_index(self.deletes_left).cloned());
        }
    }

    /// Marks the roots as unfinished.
    fn mark(&mut self, change: &mut Change, state: &State, bodies: &impl Bodies, entropy: &dyn Entropy) {
        for root in self.roots.clone() {
            if change.deletes.contains(&root) {
                continue;
            }
            let at = change.upserts.iter().position(|upsert| upsert.entity_ref == root).or_else(|| {
                let edit = Edit::of(state, state.slot(&root)?);
                change.upserts.push(self.upsert(state, root.clone(), edit, bodies, entropy)?);
                Some(change.upserts.len() - 1)
            });
            let Some(upsert) = at.and_then(|at| change.upserts.get_mut(at)) else { continue };
            if !self.deletes.contains(&root) {
                self.last.push(upsert.clone());
            }
            upsert.source_hash = UNFINISHED.into();
        }
    }

    /// Stitches one entity; `None` if there is nothing to stitch it from.
    fn upsert(
        &mut self,
        state: &State,
        entity_ref: EntityRef,
        edit: Edit,
        bodies: &impl Bodies,
        entropy: &dyn Entropy,
    ) -> Option<StoredEntity> {
        let slot = state.slot(&entity_ref);
        let (source, hash, edges) = match (edit.source, slot) {
            (Some(id), _) => {
                let (source, hash) = self.sources.take(id, &edit.origin);
                (source, hash, self.sources.edges(id))
            }
            (None, Some(slot)) => {
                let source = unstitch(&bodies.body(&entity_ref)?, slot.orphan())?;
                let (source, hash) = under_origin(source, &edit.origin);
                (source, hash, state.edges(slot))
            }
            (None, None) => return None,
        };
        let uid = slot.map_or_else(|| entropy.uuid(), |slot| slot.uid);
        let orphan = edit.parents.is_empty() && !edit.root;
        let mut relations = self.pointing_to(&entity_ref, state);
        relations.extend(edges.iter().map(|edge| (edge.forward.clone(), edge.target.clone())));
        let stitched = stitch(source, Surroundings { uid, relations, problems: &edit.problems, orphan });
        Some(StoredEntity {
            entity_ref,
            uid: uid.to_string().into(),
            etag: stitched.etag,
            body: stitched.body,
            edges,
            location_key: edit.location,
            origin: edit.origin,
            parents: edit.parents.to_vec(),
            source_hash: hash.to_string().into(),
            problems: edit.problems.into_vec(),
        })
    }

    /// Relations that others emit to an entity once the whole plan holds.
    fn pointing_to(&self, entity: &EntityRef, state: &State) -> Vec<(Arc<str>, EntityRef)> {
        let stays = |source: &EntityRef| {
            !self.deletes.contains(source) && self.edits.get(source).is_none_or(|edit| edit.source.is_none())
        };
        let kept = state.incoming(entity).filter(|(_, source)| stays(source));
        let kept = kept.map(|(name, source)| (name.clone(), source.clone()));
        let new = self.sources.find(entity).map_or(&[][..], |target| {
            let start = self.incoming.partition_point(|incoming| incoming.target < target);
            let length = self.incoming[start..].partition_point(|incoming| incoming.target == target);
            &self.incoming[start..start + length]
        });
        let new = new.iter().map(|incoming| {
            let (_, reverse) = self.sources.relation(incoming.relation);
            (reverse.clone(), self.sources.entity(incoming.source).clone())
        });
        kept.chain(new).collect()
    }
}
