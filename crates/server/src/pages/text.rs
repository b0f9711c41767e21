//! Text from outside, made fit to stand on a page.

use std::fmt;

/// Text that a page may show: bounded, and free of the characters that lie about what is read.
///
/// Catalog content, query strings and headers are written by others. Bidirectional overrides can
/// make a refused name read like an allowed one, and invisible characters can hide a difference, so
/// both are taken out here, once; templates escape the rest. Views hold this type, never `String`,
/// for whatever came from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Box<str>);

impl Text {
    /// Longest text shown anywhere, in characters.
    pub const WHOLE: usize = 8_000;
    /// Longest text shown in a list, in characters.
    pub const SHORT: usize = 120;

    /// Text for a place of its own: at most [`Text::WHOLE`] characters.
    pub fn new(raw: &str) -> Self {
        Self::clipped(raw, Self::WHOLE)
    }

    /// Text for a row, a label or a button: at most [`Text::SHORT`] characters, on one line.
    pub fn short(raw: &str) -> Self {
        Self::clipped(raw, Self::SHORT).on_one_line()
    }

    /// Text of at most `limit` characters; what is cut is marked with an ellipsis.
    pub fn clipped(raw: &str, limit: usize) -> Self {
        let mut kept = String::with_capacity(raw.len().min(limit));
        let mut shown = raw.chars().filter(|&c| !is_invisible(c)).map(legible);
        kept.extend(shown.by_ref().take(limit));
        if shown.next().is_some() {
            kept.pop();
            kept.push('…');
        }
        Self(kept.into())
    }

    fn on_one_line(self) -> Self {
        if !self.0.contains(['\n', '\r', '\t']) {
            return self;
        }
        Self(self.0.replace(['\n', '\r', '\t'], " ").into())
    }

    /// The text itself; still to be escaped by whoever writes it into HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left to show.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

/// Characters that are taken out: bidirectional embeddings, overrides and isolates (they reorder
/// what stands around them) and characters nobody can see. Joiners stay, since scripts need them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200B}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206A}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Control characters are shown as the replacement character, so that one sees there was something.
fn legible(c: char) -> char {
    if c.is_control() && !matches!(c, '\n' | '\t' | '\r') { '\u{FFFD}' } else { c }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::new(&raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_reorders_or_hides_is_taken_out() {
        assert_eq!(Text::new("\u{202E}gnp.exe\u{2069} a\u{200B}b\u{FEFF}").as_str(), "gnp.exe ab");
        assert_eq!(Text::new("a\u{0}b\u{9b}").as_str(), "a\u{FFFD}b\u{FFFD}");
        assert_eq!(Text::new("família 家族 👩\u{200D}🚀").as_str(), "família 家族 👩\u{200D}🚀");
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(Text::clipped("abcdef", 4).as_str(), "abc…");
        assert_eq!(Text::clipped("abcd", 4).as_str(), "abcd");
        assert_eq!(Text::short("one\r\ntwo").as_str(), "one  two");
    }

    proptest! {
        #[test]
        fn text_is_bounded_and_cleaning_it_again_changes_nothing(raw in any::<String>(), limit in 1_usize..50) {
            let once = Text::clipped(&raw, limit);
            prop_assert!(once.as_str().chars().count() <= limit);
            prop_assert!(!once.as_str().chars().any(is_invisible));
            prop_assert_eq!(Text::clipped(once.as_str(), limit), once);
        }
    }
}
