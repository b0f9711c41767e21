//! Lines of a file with their places, one after the other: lock files are too large to be counted from the start for
//! each place.

use std::sync::Arc;

use crate::Place;

/// A line without its end.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its text without spaces at its start.
    pub text: &'a str,
    /// How many spaces those were.
    pub indent: usize,
    /// Its number, from 1.
    pub number: u32,
    /// Its first byte.
    pub start: usize,
}

impl Line<'_> {
    /// Its place, without the spaces.
    pub(super) fn place(&self, path: &Arc<str>) -> Place {
        let start = self.start + self.indent;
        Place {
            path: Arc::clone(path),
            line: self.number,
            column: u32::try_from(self.indent + 1).unwrap_or(u32::MAX),
            start,
            end: start + self.text.len(),
        }
    }
}

/// The lines that hold something other than a comment.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n')
        .zip(1..)
        .map(move |(raw, number)| {
            let at = start;
            start += raw.len();
            let line = raw.trim_end();
            let text = line.trim_start_matches(' ');
            Line { text, indent: line.len() - text.len(), number, start: at }
        })
        .filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}

/// Text without the quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inside;
        }
    }
    text
}
