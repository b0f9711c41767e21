//! Telling of what a walk could not read, on the Location that asked for it.

use std::sync::Arc;

use model::{LocationRef, StatusItem};

use super::{Failures, Visit, Walker, Wanted, key_of};
use crate::ingest::location::{Presence, is_pattern};
use crate::ingest::report::Problem;
use crate::ingest::{ReadError, ReadErrorKind, Reader};

impl<R: Reader> Walker<'_, R> {
    pub(super) fn overflow(&mut self, visit: &Visit, key: &Arc<str>) {
        self.failed(visit).files.insert(key.clone());
        let limits = self.settings.limits.clone();
        let message = format!(
            "More than {} files or {} entities descend from one configured location; split it",
            limits.files, limits.entities
        );
        if !self.full {
            self.full = true;
            self.problem(visit, "InputError", message);
        }
    }

    /// Tells of a file that could not be read.
    pub(super) fn refuse(&mut self, visit: &Visit, wanted: &Wanted, error: &ReadError) {
        match error.kind {
            // It was listed a moment ago.
            ReadErrorKind::NotFound if wanted.from_pattern => {}
            ReadErrorKind::NotFound => self.not_found(visit, &wanted.location, Some(error)),
            ReadErrorKind::NotAllowed | ReadErrorKind::Failed => {
                self.failed(visit).files.insert(key_of(&wanted.location));
                self.read_problem(visit, &wanted.location, error);
            }
        }
    }

    pub(super) fn failed(&mut self, visit: &Visit) -> &mut Failures {
        self.walk.failures.entry(visit.entity.clone()).or_default()
    }

    pub(super) fn not_found(&mut self, visit: &Visit, location: &LocationRef, error: Option<&ReadError>) {
        if visit.spec.presence == Presence::Optional {
            return;
        }
        if is_pattern(location) {
            self.failed(visit).patterns = true;
        } else {
            self.failed(visit).files.insert(key_of(location));
        }
        let target = location.target();
        let message = match (location.kind(), error) {
            ("file", _) => format!("file {target} does not exist"),
            (kind, _) => format!("Unable to read {kind}, no matching files found for {target}"),
        };
        self.problem(visit, "NotFoundError", message);
    }

    pub(super) fn read_problem(&mut self, visit: &Visit, location: &LocationRef, error: &ReadError) {
        let message = match location.kind() {
            "file" => format!("file {} could not be read, {error}", location.target()),
            kind => format!("Unable to read {kind}, {error}"),
        };
        self.problem(visit, "Error", message);
    }

    pub(super) fn problem(&mut self, visit: &Visit, name: &str, message: String) {
        self.walk.problems.push(Problem {
            location: key_of(&visit.base),
            entity: visit.entity.clone(),
            item: StatusItem { name: name.to_owned(), message },
        });
    }
}
