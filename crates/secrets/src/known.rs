//! Values that somebody told us are secret: those of our own configuration.

use model::Secret;

use crate::engine::{Hit, Prefilter};

/// Shortest value that is looked for everywhere, in bytes: shorter ones stand in ordinary text.
pub(crate) const SHORTEST: usize = 8;
/// Most values that are looked for.
const MOST: usize = 10_000;

/// A set of such values.
pub(crate) struct Known {
    values: Vec<Secret<Box<[u8]>>>,
    prefilter: Prefilter,
}

impl Known {
    /// Values shorter than [`SHORTEST`] and placeholders are left out.
    pub(crate) fn new(values: impl IntoIterator<Item = Secret<String>>) -> Self {
        let values: Vec<Secret<Box<[u8]>>> = values
            .into_iter()
            .filter(|value| value.expose().len() >= SHORTEST)
            .take(MOST)
            .map(|value| Secret::new(value.expose().as_bytes().into()))
            .collect();
        let prefilter = Prefilter::new((0..).zip(values.iter().map(|value| &**value.expose())), |_, _| true);
        Self { values, prefilter }
    }

    /// No values.
    pub(crate) fn none() -> Self {
        Self::new([])
    }

    /// Where a value that holds white space may have begun, if the text ends within it.
    pub(crate) fn begun(&self, text: &[u8]) -> Option<usize> {
        let spaced =
            self.values.iter().map(Secret::expose).filter(|value| value.iter().any(u8::is_ascii_whitespace));
        spaced
            .filter_map(|value| {
                let floor = text.len().saturating_sub(value.len() - 1);
                memchr::memchr_iter(value[0], &text[floor..])
                    .map(|at| floor + at)
                    .find(|at| value.starts_with(&text[*at..]))
            })
            .min()
    }

    pub(crate) fn gather(&self, text: &[u8], hits: &mut Vec<Hit>) {
        if self.values.is_empty() {
            return;
        }
        self.prefilter.scan(text, |value, at| {
            let value = self.values[value as usize].expose();
            // The filter does not tell upper from lower case.
            if text.get(at..at + value.len()) == Some(value) {
                let span = at..at + value.len();
                hits.push(Hit { rule: None, secret: span.clone(), cover: span, decoded: None });
            }
        });
    }
}
