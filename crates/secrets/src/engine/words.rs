//! Which words a text holds, in either case: each is looked for once.

use memchr::memmem;

/// What is known of a text's words.
pub(crate) struct Words<'t, 'w> {
    text: &'t [u8],
    /// The text in lower case, once it is needed.
    lower: Option<Vec<u8>>,
    known: Vec<(&'w [u8], bool)>,
}

impl<'t, 'w> Words<'t, 'w> {
    pub(crate) fn of(text: &'t [u8]) -> Self {
        Self { text, lower: None, known: Vec::new() }
    }

    /// Whether the text holds a word, given in lower case.
    pub(crate) fn hold(&mut self, word: &'w [u8]) -> bool {
        if let Some((_, holds)) = self.known.iter().find(|(known, _)| *known == word) {
            return *holds;
        }
        let lower = self.lower.get_or_insert_with(|| self.text.to_ascii_lowercase());
        let holds = memmem::find(lower, word).is_some();
        self.known.push((word, holds));
        holds
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn words_are_found_in_either_case() {
        let mut words = Words::of(b"A Token, a KEY");
        for _ in 0..2 {
            assert!(words.hold(b"token") && words.hold(b"key") && words.hold(b""));
            assert!(!words.hold(b"secret"));
        }
    }
}
