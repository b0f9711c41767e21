//! Where something is written.

use std::fmt;
use std::sync::Arc;

use untrusted::yaml::{Mark, Span};

/// A stretch of a file. Line and column start at 1, columns count characters; `start` and `end` count bytes from
/// the start of the file. A whole file is its first byte, with `line` 0; so is a variable of the environment,
/// whose `path` is `env NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// With `/`, relative to the repository's root.
    pub path: Arc<str>,
    /// Line from 1; 0 for a whole file.
    pub line: u32,
    /// Column in characters from 1; 0 for a whole file.
    pub column: u32,
    /// First byte.
    pub start: usize,
    /// Just after the last byte.
    pub end: usize,
}

impl Place {
    /// A whole file.
    pub fn whole(path: &Arc<str>) -> Self {
        Self { path: Arc::clone(path), line: 0, column: 0, start: 0, end: 0 }
    }

    /// What a YAML reader calls a span.
    pub fn of(path: &Arc<str>, span: Span) -> Self {
        Self {
            path: Arc::clone(path),
            line: span.start.line,
            column: span.start.column,
            start: span.start.offset as usize,
            end: span.end.offset as usize,
        }
    }

    /// A single point.
    pub fn point(path: &Arc<str>, mark: Mark) -> Self {
        Self::of(path, Span { start: mark, end: mark })
    }

    /// Bytes `start..end` of `text`, which is the file's. What lies beyond the text is cut off.
    pub fn bytes(path: &Arc<str>, text: &str, start: usize, end: usize) -> Self {
        let start = text.floor_char_boundary(start.min(text.len()));
        let end = text.ceil_char_boundary(end.clamp(start, text.len()));
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            path: Arc::clone(path),
            line: count(memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1),
            column: count(before[line_start..].chars().count() + 1),
            start,
            end,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return f.write_str(&self.path);
        }
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_lines_and_columns() {
        let path: Arc<str> = Arc::from("a");
        let place = Place::bytes(&path, "ä\nöx: 1\n", 5, 6);
        assert_eq!((place.line, place.column, place.start, place.end), (2, 2, 5, 6));
        let beyond = Place::bytes(&path, "ab", 9, 99);
        assert_eq!((beyond.line, beyond.column, beyond.start, beyond.end), (1, 3, 2, 2));
    }
}
