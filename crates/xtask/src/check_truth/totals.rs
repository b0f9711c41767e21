//! Counts over repositories.

use super::labels::Label;
use super::score::Scored;

/// Of some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) problems: usize,
    pub(super) found: usize,
    /// Of those, on the row's line or the one beside it.
    pub(super) exact: usize,
    pub(super) alarms: usize,
}

impl Totals {
    /// Over the rows that are asked for.
    pub(super) fn of(scored: &[Scored<'_>], asked: impl Fn(&Label) -> bool) -> Self {
        let mut totals = Self::default();
        for one in scored {
            for outcome in one.outcomes.iter().filter(|outcome| asked(outcome.label)) {
                totals.problems += 1;
                if let Some(found) = &outcome.found {
                    totals.found += 1;
                    totals.exact += usize::from(outcome.label.line.abs_diff(found.place.line) <= 1);
                }
            }
            totals.alarms += one.alarms.iter().filter(|alarm| asked(alarm.label)).count();
        }
        totals
    }

    /// As `found/problems percent`.
    pub(super) fn recall(self) -> String {
        if self.problems == 0 {
            return "-".to_owned();
        }
        let tenths = self.found * 1000 / self.problems;
        format!("{}/{} {}.{}%", self.found, self.problems, tenths / 10, tenths % 10)
    }
}
