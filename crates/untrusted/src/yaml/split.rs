//! Cutting a file into documents.
//!
//! A line that starts with `---` or `...` and a blank ends the document wherever it stands, even
//! inside a block scalar or an unclosed quote, so that the cut needs no parser.

use super::Mark;

/// The text of one document, with the directives and comments before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// The text, from the end of the document before.
    pub(super) text: &'a str,
    /// Lines of the file before `text`.
    pub(super) lines_before: u32,
    /// Bytes of the file before `text`.
    pub(super) bytes_before: u32,
    /// The document's `---`, or its first line of content.
    pub(super) start: Mark,
}

/// The documents of a file, as many as npm `yaml` counts.
pub(super) fn segments(text: &str) -> Segments<'_> {
    let (rest, bytes) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, 3),
        None => (text, 0),
    };
    Segments { rest, lines: 0, bytes }
}

/// See [`segments`].
pub(super) struct Segments<'a> {
    rest: &'a str,
    lines: u32,
    bytes: u32,
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        let mut start = None;
        let mut length = 0_usize;
        let mut lines = 0_u32;
        for line in self.rest.split_inclusive('\n') {
            let marker = marker(line);
            let ends = marker == Some(Marker::End);
            if start.is_some() && marker == Some(Marker::Start) {
                break;
            }
            if start.is_none() && !is_prelude(line) {
                start = Some(Mark {
                    line: self.lines.saturating_add(lines).saturating_add(1),
                    column: 1,
                    offset: self.bytes.saturating_add(narrow(length)),
                });
            }
            length = length.saturating_add(line.len());
            lines = lines.saturating_add(1);
            if ends {
                break;
            }
        }
        // Comments and directives after the last document belong to none.
        let start = start?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        let segment = Segment { text, lines_before: self.lines, bytes_before: self.bytes, start };
        self.rest = rest;
        self.lines = self.lines.saturating_add(lines);
        self.bytes = self.bytes.saturating_add(narrow(length));
        Some(segment)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Start,
    End,
}

fn marker(line: &str) -> Option<Marker> {
    let (found, after) = match line.as_bytes() {
        [b'-', b'-', b'-', after @ ..] => (Marker::Start, after),
        [b'.', b'.', b'.', after @ ..] => (Marker::End, after),
        _ => return None,
    };
    if !matches!(after, [] | [b' ' | b'\t' | b'\n' | b'\r', ..]) {
        return None;
    }
    // Text after `...` is an error of the document that it fails to end.
    let ends = found == Marker::Start || line.get(3..).is_none_or(is_prelude);
    ends.then_some(found)
}

/// Whether a line may stand before a document without being part of it.
fn is_prelude(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '\t']);
    line.starts_with('%') || matches!(text.as_bytes(), [] | [b'#' | b'\n', ..] | [b'\r', b'\n', ..])
}

/// The place just after `text`.
pub(super) fn mark_after(text: &str) -> Mark {
    let line = text.rsplit('\n').next().unwrap_or("");
    Mark {
        line: narrow(text.matches('\n').count()).saturating_add(1),
        column: narrow(line.chars().count()).saturating_add(1),
        offset: narrow(text.len()),
    }
}

/// Sizes fit: a file is at most `u32::MAX` bytes long.
pub(super) fn narrow(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
