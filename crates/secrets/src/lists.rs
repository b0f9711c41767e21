//! Lists of words that are data: text files, one word after the other.

use std::collections::HashSet;
use std::sync::OnceLock;

/// A list of words in lower case, read when it is first asked.
pub(crate) struct WordList {
    text: &'static str,
    words: OnceLock<HashSet<&'static [u8]>>,
}

impl WordList {
    /// The words of a text, with white space between them.
    pub(crate) const fn of(text: &'static str) -> Self {
        Self { text, words: OnceLock::new() }
    }

    /// Whether a word is in the list.
    pub(crate) fn holds(&self, word: &[u8]) -> bool {
        self.words
            .get_or_init(|| self.text.split_ascii_whitespace().map(str::as_bytes).collect())
            .contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::WordList;

    #[test]
    fn whole_words_are_held() {
        let list = WordList::of("one two\nthree ");
        assert!(list.holds(b"one") && list.holds(b"three"));
        assert!(!list.holds(b"thre") && !list.holds(b""));
    }
}
