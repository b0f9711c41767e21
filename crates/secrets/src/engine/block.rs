//! Secrets of many lines, from a line until another. Until the end is seen, everything that can be a
//! part of one is taken for one.

use std::ops::Range;

use crate::pattern::{Match, Pattern};

/// Bytes of one block; what goes on longer is no key.
pub(crate) const LONGEST: usize = 64 * 1024;

/// The block that `begin` starts: to its end, or as far as the text looks like one.
pub(crate) fn span(text: &[u8], begin: &Match, end: &Pattern) -> Range<usize> {
    let from = begin.whole.end;
    let most = text.len().min(from + LONGEST);
    let body = body_end(&text[from..most]) + from;
    // Between a beginning and the end of another key stands something else; and looking further would
    // cost the square of the length where only beginnings follow one another.
    match end.find(text, from..most.min(body + SLACK)) {
        Some(found) => begin.whole.start..found.whole.end,
        None => begin.whole.start..body,
    }
}

/// Whether what more text may bring decides where the block at `at` ends, or whether one begins there.
pub(crate) fn is_open(text: &[u8], at: usize, begin: &Pattern, end: &Pattern) -> bool {
    let rest = text.len() - at;
    let Some(begin) = begin.at(text, at, text.len()) else { return rest < BEGIN };
    let from = begin.whole.end;
    if text.len() - from >= LONGEST {
        return false;
    }
    let found = span(text, &begin, end);
    let ended = end.find(text, found.start..found.end).is_some();
    !ended && text.len() - found.end <= SLACK + BEGIN
}

/// Bytes of the longest beginning.
const BEGIN: usize = 256;
/// Bytes of headers and comments between the body and the end.
const SLACK: usize = 256;

/// How far the text may be the body of a key: base64 and its line breaks (also written as escapes),
/// quotes and `+` between lines of code, `Key: value` headers.
fn body_end(text: &[u8]) -> usize {
    let mut at = 0;
    let mut last = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.trim_ascii();
        let is_body = bare
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_ \\\"'`,;:.#*|>()[]".contains(byte));
        let header = at < 1024 && bare.len() < 256 && memchr::memchr(b':', bare).is_some();
        if !is_body && !header {
            // The body may end within this line.
            let run =
                bare.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=-_\\ ".contains(byte));
            let lead = line.len() - line.trim_ascii_start().len();
            let inside = run.count();
            return if inside >= 16 { at + lead + inside } else { last };
        }
        at += line.len();
        // White space and quotes after the last line of the body are no part of it.
        if bare.iter().any(u8::is_ascii_alphanumeric) {
            last = at - (line.len() - line.trim_ascii_end().len());
        }
        // Prose ends it: a line of several words that is no header.
        if !header && bare.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count() > 6 {
            return last;
        }
    }
    last
}
