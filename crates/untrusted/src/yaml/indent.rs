//! The indentation that flow collections and quoted text need inside a block collection.
//!
//! The parser below us accepts lines that hang to the left of their parent, as Python's does; npm
//! `yaml` refuses them, and a catalog file must not mean something here that it does not mean
//! there.

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
