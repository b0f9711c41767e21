//! What a plan tells: problems, each where a reader will look for it, and versions in quarantine.

use std::sync::Arc;

use indexmap::IndexSet;
use model::{EntityRef, StatusItem};

use super::Planner;
use crate::ingest::Settings;
use crate::ingest::report::{Conflict, Problem, Quarantined};
use crate::ingest::source::Claim;
use crate::ingest::walk::FileFound;

/// Longest message kept of one problem, in bytes.
const MESSAGE_BYTES: usize = 5000;
/// Bytes of quarantined versions that are kept of one configured location; of the others is only told.
const QUARANTINE_BYTES: usize = 16 * 1024 * 1024;

impl Planner<'_> {
    pub(super) fn tell_loser(&mut self, at: usize, index: usize) {
        let (key, file) = self.file(at);
        let Claim { entity, place: (line, column), .. } = &file.claims[index];
        let winner = self.winners.get(entity).map(|(at, _)| self.file(*at).0);
        let held = || self.state.slot(entity).map(|slot| self.state.location_key(slot));
        let holder = winner.or_else(held).unwrap_or(&self.walk.key).clone();
        let path = key.split_once(':').map_or(&**key, |(_, target)| target);
        let item = if holder == *key {
            StatusItem {
                name: "InputError".to_owned(),
                message: format!(
                    "Entity {entity} stands in {key} more than once; the first one counts (rename or remove the one at {path}:{line}:{column})"
                ),
            }
        } else {
            StatusItem {
                name: "ConflictError".to_owned(),
                message: format!(
                    "Entity {entity} at {key} is already defined by {holder}, which keeps it (rename or remove the one at {path}:{line}:{column})"
                ),
            }
        };
        self.report.conflicts.push(Conflict { entity: entity.clone(), holder, claimant: key.clone() });
        self.blame(key, &file.parents, &item);
    }

    /// Puts a problem of a file on the Locations that name it.
    fn blame(&mut self, key: &Arc<str>, parents: &IndexSet<EntityRef>, item: &StatusItem) {
        for parent in parents {
            self.tell(key, parent, item);
        }
    }

    fn tell(&mut self, location: &Arc<str>, entity: &EntityRef, item: &StatusItem) {
        let item = shown(self.settings, item);
        self.report.problems.push(Problem {
            location: self.settings.screening.message(location).into(),
            entity: entity.clone(),
            item: item.clone(),
        });
        let items = self.problems.entry(entity.clone()).or_default();
        if items.len() < self.settings.limits.problems && !items.contains(&item) {
            items.push(item);
        }
    }

    /// What is told of entities that were taken, on themselves.
    pub(super) fn gather_notes(&mut self) {
        let walk = self.walk;
        for (at, (key, file)) in walk.files.iter().enumerate() {
            for (index, note) in &file.notes {
                let Some(claim) = file.claims.get(*index) else { continue };
                if self.winners.get(&claim.entity) == Some(&(at, *index)) {
                    self.tell(key, &claim.entity, note);
                }
            }
        }
    }

    /// Versions that wait in quarantine, of entities that no other place has.
    pub(super) fn gather_quarantined(&mut self) {
        let walk = self.walk;
        let mut bytes = 0;
        for (key, file) in &walk.files {
            for broken in &file.broken {
                let (Some(entity), Some(text)) = (&broken.entity, &broken.quarantined) else { continue };
                let elsewhere = self.winners.contains_key(entity) || self.is_taken(entity, key);
                bytes += text.len();
                if !elsewhere && bytes <= QUARANTINE_BYTES {
                    let version = Quarantined { entity: entity.clone(), body: Arc::clone(text) };
                    self.report.quarantined.push(version);
                }
            }
        }
    }

    /// Problems of Locations and of broken documents, each where a reader will look for it: on the
    /// entity as it was last read, or on the Locations that name the file.
    pub(super) fn gather_problems(&mut self) {
        let walk = self.walk;
        for problem in &walk.problems {
            self.tell(&problem.location, &problem.entity, &problem.item);
        }
        for (key, file) in &walk.files {
            for broken in &file.broken {
                match &broken.entity {
                    Some(entity) if broken.keep && self.has_last_good(entity, key, file) => {
                        self.tell(key, entity, &broken.item);
                    }
                    _ => self.blame(key, &file.parents, &broken.item),
                }
            }
        }
    }

    fn has_last_good(&self, entity: &EntityRef, key: &Arc<str>, file: &FileFound) -> bool {
        !self.winners.contains_key(entity)
            && self.state.slot(entity).is_some_and(|slot| {
                self.state.location_key(slot) == key
                    && self.state.parents(slot).any(|parent| file.parents.contains(parent))
            })
    }
}

/// An item as it may be shown and kept: without secrets, before it is cut, and not too long.
pub(super) fn shown(settings: &Settings, item: &StatusItem) -> StatusItem {
    let mut item = StatusItem { name: item.name.clone(), message: settings.screening.message(&item.message) };
    if item.message.len() > MESSAGE_BYTES {
        item.message.truncate(item.message.floor_char_boundary(MESSAGE_BYTES));
        item.message.push('…');
    }
    item
}
