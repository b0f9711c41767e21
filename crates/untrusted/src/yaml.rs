//! Bounded YAML: a file's documents, each with the place of every key and value.
//!
//! Values are those of the YAML 1.2 core schema as npm `yaml` 2.x reads it, because catalog files
//! are written against that library: `yes` is a string, `012` is twelve, a repeated key is an
//! error, an unquoted `{{ name }}` is a map whose key is a map.
//!
//! The text is cut into documents before it is parsed, so that one broken document never spoils
//! its neighbours.

mod build;
mod diagnose;
mod indent;
mod key;
mod map;
mod node;
mod scalar;
mod split;

use std::fmt;

pub use node::{Entry, Node, Value};

use build::Budget;

/// How much one file may cost its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole file; also the bytes of text that its aliases may repeat.
    pub bytes: usize,
    /// Collections within one another.
    pub depth: usize,
    /// Scalars and collections of the whole file, counted after aliases are expanded.
    pub nodes: usize,
    /// Documents of the file.
    pub documents: usize,
}

impl Default for Limits {
    /// 16 MiB, 64 levels, 500,000 nodes, 20,000 documents.
    fn default() -> Self {
        Self { bytes: 16 << 20, depth: 64, nodes: 500_000, documents: 20_000 }
    }
}

/// A place in a file. Line and column start at 1; columns count characters, `offset` counts bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Bytes from the start of the file.
    pub offset: u32,
}

impl Mark {
    /// The first byte of a file.
    pub const START: Self = Self { line: 1, column: 1, offset: 0 };
}

/// From the first byte of a value to just after its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// Where it starts.
    pub start: Mark,
    /// Just after its end.
    pub end: Mark,
}

/// Why a document, or a whole file, could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// What is wrong, in the words of npm `yaml` where it knows the mistake.
    pub message: String,
    /// Where it was noticed.
    pub mark: Mark,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {}, column {}", self.message, self.mark.line, self.mark.column)
    }
}

impl std::error::Error for YamlError {}

impl YamlError {
    fn whole(message: String) -> Self {
        Self { message, mark: Mark::START }
    }
}

/// One document of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its position in the file, from 0.
    pub index: usize,
    /// Its `---`, or its first line of content.
    pub start: Mark,
    /// Its root; `None` for a document that is empty or null.
    pub content: Result<Option<Node>, YamlError>,
}

/// Reads every document of a file.
///
/// The outer error means that nothing could be read: the file is too large, is not UTF-8, or has
/// too many documents.
pub fn parse_documents(bytes: &[u8], limits: &Limits) -> Result<Vec<Document>, YamlError> {
    Ok(documents(bytes, limits)?.collect())
}

/// Reads the documents of a file one by one, so that only one tree is in memory at a time.
///
/// The error is that of [`parse_documents`], and comes before the first document.
pub fn documents<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Documents<'a>, YamlError> {
    let text = decode(bytes, limits)?;
    // Each document but the first has a marker of three bytes and a line's end.
    if text.len() / 4 >= limits.documents
        && let Some(extra) = split::segments(text).nth(limits.documents)
    {
        return Err(YamlError {
            message: format!("more than {} documents in one file", limits.documents),
            mark: extra.start,
        });
    }
    Ok(Documents { segments: split::segments(text), budget: Budget::new(limits), next: 0 })
}

/// See [`documents`].
pub struct Documents<'a> {
    segments: split::Segments<'a>,
    budget: Budget,
    next: usize,
}

impl Iterator for Documents<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let segment = self.segments.next()?;
        let content = build::document(&segment, &mut self.budget);
        let index = self.next;
        self.next = index.saturating_add(1);
        Some(Document { index, start: segment.start, content })
    }
}

/// Reads a file that holds one document; `None` when it is empty.
pub fn parse_one(bytes: &[u8], limits: &Limits) -> Result<Option<Node>, YamlError> {
    let mut segments = split::segments(decode(bytes, limits)?);
    let Some(first) = segments.next() else { return Ok(None) };
    if let Some(second) = segments.next() {
        let message = "Source contains multiple documents where only one is expected".to_owned();
        return Err(YamlError { message, mark: second.start });
    }
    build::document(&first, &mut Budget::new(limits))
}

fn decode<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, YamlError> {
    // Offsets are kept in 32 bits.
    let most = limits.bytes.min(u32::MAX as usize);
    if bytes.len() > most {
        return Err(YamlError::whole(format!("file of {} bytes is over the limit of {most}", bytes.len())));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).and_then(|good| std::str::from_utf8(good).ok());
        YamlError {
            message: "file is not UTF-8 text".to_owned(),
            mark: split::mark_after(good.unwrap_or("")),
        }
    })
}

#[cfg(test)]
mod tests;
