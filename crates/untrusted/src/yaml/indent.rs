//! The indentation that flow collections and quoted text need inside a block collection.
//!
//! The parser below us accepts lines that hang to the left of their parent, as Python's does; npm
//! `yaml` refuses them, and a catalog file must not mean something here that it does not mean
//! there.

use granit_parser::{Marker, Span as RawSpan};

use super::{YamlError, build::Builder};

/// The bytes from the first of a value to its last, and the least spaces its further lines need.
pub(super) struct Hanging<'a> {
    /// From the start of the value to its end.
    pub(super) text: &'a str,
    /// Spaces that each further line must start with.
    pub(super) required: usize,
    /// Whether the value is a flow collection: its closing bracket may stand one column further
    /// left, and lines that hold only a comment do not count.
    pub(super) is_flow: bool,
}

impl Hanging<'_> {
    /// The offset within `text` of the first line that stands too far left, and its indentation.
    pub(super) fn first_bad_line(&self) -> Option<(usize, usize)> {
        let mut lines = self.text.split_inclusive('\n');
        let mut offset = lines.next()?.len();
        for line in lines {
            let content = line.trim_start_matches(' ');
            let spaces = line.len().saturating_sub(content.len());
            let is_blank = content.trim_start().is_empty();
            let is_closing = self.is_flow
                && spaces.saturating_add(1) == self.required
                && offset.saturating_add(spaces).saturating_add(1) == self.text.len();
            let is_comment = self.is_flow && content.trim_start().starts_with('#');
            if spaces < self.required && !is_blank && !is_comment && !is_closing {
                return Some((offset, spaces));
            }
            offset = offset.saturating_add(line.len());
        }
        None
    }
}

impl Builder<'_> {
    /// Holds a value that spans lines to the indentation of the block collection it stands in.
    pub(super) fn check_indent(
        &self,
        start: Marker,
        end: RawSpan,
        is_flow: bool,
        message: impl FnOnce() -> String,
    ) -> Result<(), YamlError> {
        if start.line() == end.end.line() {
            return Ok(());
        }
        // The outermost flow collection answers for all within it.
        if self.stack.last().is_some_and(|frame| frame.is_flow) {
            return Ok(());
        }
        let required = self.required();
        let (Some(from), Some(to)) = (start.byte_offset(), end.end.byte_offset()) else { return Ok(()) };
        let text = self.segment.text.get(from..to).unwrap_or_default();
        let Some((offset, spaces)) = (Hanging { text, required, is_flow }).first_bad_line() else {
            return Ok(());
        };
        // An unclosed quote is noticed at the end of its last good line.
        let good = text.get(..offset).unwrap_or_default().trim_end_matches(['\n', '\r']).len();
        let skip = if is_flow { offset.saturating_add(spaces) } else { good };
        Err(self.error_at(message(), from.saturating_add(skip)))
    }

    /// Refuses a block collection whose first line is indented with a tab.
    pub(super) fn check_tabs(&self, start: Marker) -> Result<(), YamlError> {
        let before = start.byte_offset().and_then(|at| self.segment.text.get(..at)).unwrap_or_default();
        let indent = before.rsplit('\n').next().unwrap_or_default();
        match indent.find('\t') {
            Some(tab) if indent.trim().is_empty() => {
                let at = before.len().saturating_sub(indent.len()).saturating_add(tab);
                Err(self.error_at("Tabs are not allowed as indentation".to_owned(), at))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a block scalar with a line that is indented with a tab less than its text is.
    pub(super) fn check_block_text(&self, span: RawSpan) -> Result<(), YamlError> {
        let (Some(from), Some(to)) = (span.start.byte_offset(), span.end.byte_offset()) else {
            return Ok(());
        };
        let whole = self.segment.text;
        let newline = whole.get(..from).and_then(|before| before.rfind('\n'));
        let from = newline.map_or(0, |at| at.saturating_add(1));
        // The line that ends the text counts too.
        let next_line = whole.get(to..).and_then(|after| after.split_inclusive('\n').next());
        let to = to.saturating_add(next_line.map_or(0, str::len));
        let text = whole.get(from..to).unwrap_or_default();
        if !text.contains('\t') {
            return Ok(());
        }
        let mut offset = from;
        let mut least = None;
        for line in text.split_inclusive('\n') {
            let content = line.trim_start_matches(' ');
            let spaces = line.len().saturating_sub(content.len());
            if least.is_none() && !content.trim().is_empty() {
                least = Some(spaces);
            }
            match least {
                Some(least) if spaces < least && content.starts_with('\t') => {
                    let message = "Block scalar lines must not be less indented than their first line";
                    return Err(self.error_at(message.to_owned(), offset));
                }
                Some(least) if spaces < least && !content.trim().is_empty() => return Ok(()),
                _ => {}
            }
            offset = offset.saturating_add(line.len());
        }
        Ok(())
    }

    /// Spaces that further lines of a value need here.
    pub(super) fn required(&self) -> usize {
        let block = self.stack.iter().rev().find(|frame| !frame.is_flow);
        block.map_or(0, |frame| frame.start.start.col().saturating_add(1))
    }
}
