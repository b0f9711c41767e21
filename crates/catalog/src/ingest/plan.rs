//! The plan: what a walk found, compared with what is known, becomes a change and a report.

mod tell;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::{Change, EntityRef, Entropy, StatusItem};

use super::draft::{Draft, Edit};
use super::pieces::Pieces;
use super::report::{FilesRead, Report};
use super::source::{Claim, Sources};
use super::state::Slot;
use super::walk::{FileFound, Walk};
use super::{Bodies, Limits, Memories, Settings, State};
use tell::shown;

struct Planner<'a> {
    settings: &'a Settings,
    state: &'a State,
    walk: &'a Walk,
    /// Who gets each ref: file and claim, by position.
    winners: HashMap<&'a EntityRef, (usize, usize)>,
    /// Documents that are broken but have a ref, by ref and file.
    ailing: HashMap<(&'a EntityRef, &'a Arc<str>), &'a StatusItem>,
    /// Files with documents too broken to have a ref, each with the first problem and how many there are.
    unreadable: HashMap<&'a Arc<str>, (&'a StatusItem, usize)>,
    /// Problems of Locations.
    problems: HashMap<EntityRef, Vec<StatusItem>>,
    report: Report,
}

/// What becomes of an entity that a walk did not meet.
enum Stay {
    /// Its place no longer has it.
    Goes,
    /// Its place could not be read.
    AsItIs,
    /// Its place was read, but not its document.
    With(Vec<StatusItem>),
}

/// What is to be written, as a sequence of changes, with what there is to tell and to remember.
#[derive(Debug)]
pub struct Plan {
    pieces: Pieces,
    report: Report,
    memories: Memories,
}

impl Plan {
    /// The plan of a draft that no walk led to.
    pub(super) fn of(draft: Draft<'_>, limits: &Limits) -> Self {
        let pieces = draft.finish(Sources::default(), limits);
        Self { pieces, report: Report::default(), memories: Memories::default() }
    }

    /// The next change, `None` after the last. Write it in one transaction, hand it to
    /// [`State::apply`], and only then ask for the next, with that state and the bodies as they are
    /// then. A change may be empty where nothing turned out to differ; it need not be written.
    ///
    /// A plan that is given up half-way, or whose process dies, leaves a catalog that the next refresh
    /// of the same location completes.
    pub fn next_change(
        &mut self,
        state: &State,
        bodies: &impl Bodies,
        entropy: &dyn Entropy,
    ) -> Option<Change> {
        self.pieces.next(state, bodies, entropy)
    }

    /// What happened during the refresh.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What to pass to [`State::remember`] once every change is written, so that unchanged files need no
    /// parsing next time.
    pub fn into_memories(self) -> Memories {
        self.memories
    }
}

/// Compares a walk with the state it was made under.
pub(super) fn plan(settings: &Settings, mut walk: Walk, state: &State) -> Plan {
    let memories = std::mem::take(&mut walk.memories);
    let mut planner = Planner::new(settings, state, &walk);
    planner.name_winners();
    planner.gather_problems();
    planner.gather_notes();
    planner.gather_quarantined();
    let mut draft = Draft::new(state, vec![walk.root_claim.entity.clone()]);
    planner.apply_winners(&mut draft);
    planner.compare_children(&mut draft);
    draft.settle_orphans(settings.orphans);
    draft.settle_origins(&walk.key);
    let report = planner.report;
    let Walk { sources, .. } = walk;
    Plan { pieces: draft.finish(sources, &settings.limits), report, memories }
}

/// The refs that `wanted` files get, judging by the walk so far.
pub(super) fn winners<'w>(
    settings: &'w Settings,
    walk: &'w Walk,
    state: &'w State,
    wanted: impl Iterator<Item = (&'w EntityRef, &'w Arc<str>)>,
) -> Vec<bool> {
    let mut planner = Planner::new(settings, state, walk);
    planner.name_winners();
    wanted
        .map(|(entity, key)| planner.winners.get(entity).is_some_and(|(at, _)| planner.file(*at).0 == key))
        .collect()
}

fn files_read(walk: &Walk) -> FilesRead {
    if walk.failures.is_empty() {
        return FilesRead::All;
    }
    let read = walk.files.iter().filter(|(_, file)| file.failed.is_none());
    FilesRead::Only(read.map(|(key, _)| Arc::clone(key)).collect())
}

impl<'a> Planner<'a> {
    fn new(settings: &'a Settings, state: &'a State, walk: &'a Walk) -> Self {
        let (mut ailing, mut unreadable) = (HashMap::new(), HashMap::new());
        for (key, file) in &walk.files {
            for broken in file.broken.iter().filter(|broken| broken.keep) {
                match &broken.entity {
                    Some(entity) => drop(ailing.entry((entity, key)).or_insert(&broken.item)),
                    None => unreadable.entry(key).or_insert((&broken.item, 0)).1 += 1,
                }
            }
        }
        let report = Report {
            files: walk.files_read,
            unchanged_files: walk.unchanged_files,
            read: files_read(walk),
            ..Report::default()
        };
        let (winners, problems) = (HashMap::new(), HashMap::new());
        Self { settings, state, walk, winners, ailing, unreadable, problems, report }
    }

    fn file(&self, index: usize) -> (&'a Arc<str>, &'a FileFound) {
        self.walk.files.get_index(index).expect("winners name files of the walk")
    }

    /// Decides who gets each ref: who has it already, then who comes first.
    fn name_winners(&mut self) {
        let walk = self.walk;
        let mut losers: Vec<(usize, usize)> = Vec::new();
        for (at, (key, file)) in walk.files.iter().enumerate() {
            for (index, claim) in file.claims.iter().enumerate() {
                let Some(winner) = self.winners.get_mut(&claim.entity) else {
                    self.winners.insert(&claim.entity, (at, index));
                    continue;
                };
                let holder = self.state.slot(&claim.entity).map(|slot| self.state.location_key(slot));
                if winner.0 != at && holder == Some(key) {
                    losers.push(std::mem::replace(winner, (at, index)));
                } else {
                    losers.push((at, index));
                }
            }
        }
        let refused: Vec<&EntityRef> = self
            .winners
            .iter()
            .filter(|(entity, (at, _))| self.is_taken(entity, self.file(*at).0))
            .map(|(entity, _)| *entity)
            .collect();
        let mut refused: Vec<(usize, usize)> =
            refused.into_iter().filter_map(|entity| self.winners.remove(entity)).collect();
        losers.append(&mut refused);
        losers.sort_unstable();
        for (at, index) in losers {
            self.tell_loser(at, index);
        }
    }

    /// Whether a ref belongs to somebody who stays.
    fn is_taken<'s>(&'s self, entity: &'s EntityRef, key: &Arc<str>) -> bool {
        if *entity == self.walk.root_claim.entity {
            return true;
        }
        let Some(slot) = self.state.slot(entity) else { return false };
        if slot.root {
            return true;
        }
        if self.state.location_key(slot) == key {
            return false;
        }
        // It does not hold itself up in a circle.
        let mut seen = HashSet::from([entity]);
        self.state.parents(slot).any(|parent| self.keeps(parent, entity, slot, &mut seen))
    }

    /// Whether `parent` is still there after this refresh, and `child` still its own, although the walk
    /// did not meet the child.
    fn keeps<'s>(
        &'s self,
        parent: &'s EntityRef,
        child: &EntityRef,
        slot: &Slot,
        seen: &mut HashSet<&'s EntityRef>,
    ) -> bool {
        if self.walk.visited.contains(parent) {
            return !matches!(self.stay(parent, child, slot), Stay::Goes);
        }
        // Not visited: another root's, or on its way out.
        let Some(slot) = self.state.slot(parent) else { return false };
        slot.root
            || (seen.insert(parent)
                && (self.is_met_where_it_was(parent, slot)
                    || self.state.parents(slot).any(|above| self.keeps(above, parent, slot, seen))))
    }

    /// Whether an entity is where the state has it. One that is met elsewhere is contested itself.
    fn is_met_where_it_was(&self, entity: &EntityRef, slot: &Slot) -> bool {
        self.winners.get(entity).is_some_and(|(at, _)| self.file(*at).0 == self.state.location_key(slot))
    }

    fn apply_winners(&mut self, draft: &mut Draft<'_>) {
        let walk = self.walk;
        self.report.entities = 1 + self.winners.len();
        let root = &walk.root_claim;
        self.put(draft, root, &walk.key, &[].into(), true);
        for (at, (key, file)) in walk.files.iter().enumerate() {
            let mut own: Vec<EntityRef> = file.parents.iter().cloned().collect();
            own.sort_unstable();
            let own: Arc<[EntityRef]> = own.into();
            for (index, claim) in file.claims.iter().enumerate() {
                if self.winners.get(&claim.entity) != Some(&(at, index)) {
                    continue;
                }
                let held = self.state.slot(&claim.entity).filter(|slot| self.state.location_key(slot) == key);
                let others = held.into_iter().flat_map(|slot| self.state.parents(slot));
                let mut others = others.filter(|other| !walk.visited.contains(*other)).peekable();
                if others.peek().is_none() {
                    self.put(draft, claim, key, &own, false);
                    continue;
                }
                let mut parents: Vec<EntityRef> = own.iter().chain(others).cloned().collect();
                parents.sort_unstable();
                parents.dedup();
                self.put(draft, claim, key, &parents.into(), false);
            }
        }
    }

    /// Notes an entity, if anything about it differs.
    fn put(
        &mut self,
        draft: &mut Draft<'_>,
        claim: &Claim,
        key: &Arc<str>,
        parents: &Arc<[EntityRef]>,
        root: bool,
    ) {
        let problems = self.problems.remove(&claim.entity).unwrap_or_default().into_boxed_slice();
        let slot = self.state.slot(&claim.entity);
        let held = slot.filter(|slot| self.state.location_key(slot) == key);
        if claim.source.is_none() {
            // The state moved on since the walk; the next refresh sees it.
            let Some(slot) = held else { return };
            let same =
                slot.problems == problems && self.state.parents(slot).eq(parents.iter()) && slot.root == root;
            if same {
                return;
            }
        }
        let origin = held.map_or(&self.walk.key, |slot| self.state.origin_of(slot)).clone();
        let edit = Edit {
            parents: parents.clone(),
            location: key.clone(),
            origin,
            problems,
            source: claim.source,
            root,
        };
        draft.put(claim.entity.clone(), edit);
    }

    /// Goes through what each Location emitted before: what it emits no more loses it.
    fn compare_children(&mut self, draft: &mut Draft<'_>) {
        let walk = self.walk;
        let mut seen = HashSet::new();
        for parent in &walk.visited {
            for (child, slot) in self.state.children(parent) {
                if self.winners.contains_key(child) {
                    continue;
                }
                match self.stay(parent, child, slot) {
                    Stay::Goes => draft.part(parent, child),
                    Stay::With(items) if seen.insert(child) && *slot.problems != *items => {
                        if let Some(edit) = draft.edit(child) {
                            edit.problems = items.into();
                        }
                    }
                    Stay::With(_) | Stay::AsItIs => {}
                }
            }
        }
    }

    /// Whether a child that the walk did not meet stays with its parent.
    fn stay(&self, parent: &EntityRef, child: &EntityRef, slot: &Slot) -> Stay {
        let key = self.state.location_key(slot);
        let file = self.walk.files.get(key).filter(|file| file.failed.is_none());
        if !file.is_some_and(|file| file.parents.contains(parent)) {
            let failures = self.walk.failures.get(parent);
            let covered = failures.is_some_and(|failures| failures.cover(key, file.is_some()));
            return if covered { Stay::AsItIs } else { Stay::Goes };
        }
        if let Some(item) = self.ailing.get(&(child, key)) {
            return Stay::With(vec![shown(self.settings, item)]);
        }
        // A document that is too broken to have a ref may be this one.
        let Some((first, count)) = self.unreadable.get(key) else { return Stay::Goes };
        let mut item = shown(self.settings, first);
        if *count > 1 {
            let others = count - 1;
            item.message = format!("{}; {others} more documents of this file are unreadable", item.message);
        }
        Stay::With(vec![item])
    }
}
