//! Whether a match stands free, or is a piece of something longer.

use crate::rule::Beside;

/// Whether what stands before `at` may.
pub(super) fn free_before(text: &[u8], at: usize, beside: Beside) -> bool {
    let Some(before) = text[..at].last() else { return true };
    let taken = match beside {
        Beside::Anything => false,
        Beside::Word => before.is_ascii_alphanumeric(),
        Beside::Dashed => before.is_ascii_alphanumeric() || b"-_".contains(before),
        Beside::Base64 => before.is_ascii_alphanumeric() || *before == b'+',
    };
    !taken || ends_escape(&text[..at])
}

/// Whether what stands from `at` on may.
pub(super) fn free_after(text: &[u8], at: usize, beside: Beside) -> bool {
    let Some(after) = text.get(at) else { return true };
    match beside {
        Beside::Anything => true,
        Beside::Word => !(after.is_ascii_alphanumeric() || *after == b'_'),
        Beside::Dashed => !(after.is_ascii_alphanumeric() || b"-_".contains(after)),
        Beside::Base64 => !(after.is_ascii_alphanumeric() || b"+/=_-".contains(after)),
    }
}

/// Whether the last letter or digit belongs to an escape: `\n`, `\u003d`, `%3D`, a colour.
fn ends_escape(before: &[u8]) -> bool {
    let hex = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'0' | b'e'] => true,
        [.., b'%', a, b] if hex(&[*a, *b]) => true,
        [.., b'\\', b'x', a, b] if hex(&[*a, *b]) => true,
        [.., b'\\', b'u', a, b, c, d] if hex(&[*a, *b, *c, *d]) => true,
        [rest @ .., b'm'] => {
            let codes = rest.iter().rev().take(12).take_while(|byte| byte.is_ascii_digit() || **byte == b';');
            rest[..rest.len() - codes.count()].ends_with(b"\x1b[")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_a_longer_word_is_not_free() {
        assert!(free_before(b"a=x", 2, Beside::Word));
        assert!(!free_before(b"ax", 1, Beside::Word));
        assert!(!free_after(b"xa", 1, Beside::Word));
        assert!(free_after(b"x-", 1, Beside::Word) && !free_after(b"x-", 1, Beside::Base64));
        assert!(free_before(b"", 0, Beside::Word) && free_after(b"x", 1, Beside::Word));
    }

    #[test]
    fn the_end_of_an_escape_is_no_word() {
        for before in [&br"\n"[..], br"\u003d", b"%3D", br"\x3d", b"\x1b[31m", b"\x1b[1;31m", b"\x1b[m"] {
            assert!(free_before(before, before.len(), Beside::Word), "{before:?}");
        }
        for before in [&b"an"[..], b"\\\\a", b"3D", b"[31m", b"um"] {
            assert!(!free_before(before, before.len(), Beside::Word), "{before:?}");
        }
    }
}
