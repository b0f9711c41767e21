//! Texts from outside are cut before they are kept.

use std::borrow::Cow;
use std::sync::Arc;

/// At most `max` bytes of `text`, control characters replaced (PostgreSQL keeps no NUL, and one row
/// that cannot be written would hold up all that follow it).
pub(crate) fn bounded(text: &str, max: usize) -> Cow<'_, str> {
    let end = text.floor_char_boundary(max);
    let cut = &text[..end];
    // Bytes, not characters: this runs over every text of every record.
    if cut.bytes().any(|byte| byte.is_ascii_control()) {
        return Cow::Owned(cut.chars().map(|c| if c.is_ascii_control() { '?' } else { c }).collect());
    }
    Cow::Borrowed(cut)
}

/// Bounds a text in place; fine texts, nearly all, are not copied.
pub(super) fn bound(text: &mut Arc<str>, max: usize) {
    let fine = match bounded(text, max) {
        Cow::Borrowed(kept) if kept.len() == text.len() => return,
        changed => Arc::from(changed),
    };
    *text = fine;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters_and_carry_no_controls() {
        assert_eq!(bounded("plain", 64), "plain");
        assert_eq!(bounded("äöü", 3), "ä");
        assert_eq!(bounded("a\0b\nc", 64), "a?b?c");
        let mut text = Arc::from("x".repeat(10) + "\u{7}");
        bound(&mut text, 10);
        assert_eq!(*text, "x".repeat(10));
        bound(&mut text, 0);
        assert_eq!(&*text, "");
    }
}
