//! A text whose places are found fast, and text put together from pieces of it.

use std::sync::Arc;

use crate::Place;

/// A file's text with the starts of its lines.
#[derive(Debug)]
pub(super) struct Source<'a> {
    path: &'a Arc<str>,
    pub(super) text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a Arc<str>, text: &'a str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { path, text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The place of bytes `start..end`.
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        let start = self.text.floor_char_boundary(start.min(self.text.len()));
        let end = self.text.ceil_char_boundary(end.clamp(start, self.text.len()));
        let line = self.starts.partition_point(|begin| *begin <= start);
        let begin = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place {
            path: Arc::clone(self.path),
            line: count(line),
            column: count(self.text.get(begin..start).unwrap_or_default().chars().count() + 1),
            start,
            end,
        }
    }
}

/// Text made of pieces of a file: continued lines without what continues them. It knows where each byte came from.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pub(super) text: String,
    /// Where a piece starts here, and where in the file.
    pieces: Vec<(usize, usize)>,
}

impl Joined {
    pub(super) fn push(&mut self, text: &str, file_start: usize) {
        if !text.is_empty() {
            self.pieces.push((self.text.len(), file_start));
            self.text.push_str(text);
        }
    }

    /// The file's byte that a byte of the text came from.
    pub(super) fn offset(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|(start, _)| *start <= at).checked_sub(1);
        piece.and_then(|piece| self.pieces.get(piece)).map_or(at, |(start, file)| file + (at - start))
    }

    /// The place of bytes `start..end` of the text.
    pub(super) fn place(&self, source: &Source<'_>, start: usize, end: usize) -> Place {
        let last = if end > start { self.offset(end - 1) + 1 } else { self.offset(start) };
        source.place(self.offset(start), last)
    }
}
