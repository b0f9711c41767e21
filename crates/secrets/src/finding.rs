//! What is told of a secret that was found: everything but the secret.

use std::ops::Range;
use std::sync::Arc;

use crate::fingerprint::Fingerprint;
use crate::mask::Masked;

/// A secret that was found. It cannot give the secret away: nothing of it is in here but the masked
/// form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: Arc<str>,
    /// Line of its first byte, from 1.
    pub line: usize,
    /// Column of its first byte, from 1, in characters.
    pub column: usize,
    /// Bytes from the start of the text.
    pub span: Range<usize>,
    /// Where in a JSON or YAML document it stands, as a JSON pointer.
    pub path: Option<String>,
    /// The masked form.
    pub masked: Masked,
    /// The keyed hash.
    pub fingerprint: Fingerprint,
}

/// Lines and columns of ascending offsets, in one pass over the text however long its lines are.
pub(crate) struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
    /// Characters of the line before `at`.
    characters: usize,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0, line: 1, characters: 0 }
    }

    /// Line and column, from 1, of an offset that is not before the last one asked for.
    pub(crate) fn place(&mut self, offset: usize) -> (usize, usize) {
        let passed = &self.text[self.at..offset];
        self.line += memchr::memchr_iter(b'\n', passed).count();
        let rest = match memchr::memrchr(b'\n', passed) {
            Some(newline) => {
                self.characters = 0;
                &passed[newline + 1..]
            }
            None => passed,
        };
        // Continuation bytes of UTF-8 are no characters of their own.
        self.characters += rest.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        self.at = offset;
        (self.line, self.characters + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn places_count_lines_and_characters() {
        let mut lines = Lines::new("ä b\ncd\n\ne".as_bytes());
        assert_eq!(lines.place(0), (1, 1));
        assert_eq!(lines.place(3), (1, 3));
        assert_eq!(lines.place(3), (1, 3));
        assert_eq!(lines.place(6), (2, 2));
        assert_eq!(lines.place(9), (4, 1));
    }
}
