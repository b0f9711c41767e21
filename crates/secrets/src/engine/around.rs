//! Rules of other scanners: an expression that may stand anywhere near a keyword, or anywhere at all.

use std::ops::Range;

use super::{Look, verify};
use crate::filter::{Filter, Sight};
use crate::pattern::Pattern;
use crate::rule::Rule;

/// Bytes before and after a keyword that an expression may look at.
const AROUND: usize = 4 * 1024;
/// Bytes on each side of a match that count as its line.
const LINE: usize = 4 * 1024;

/// The piece of text in which a rule with a near keyword looks, from where it last found something.
pub(super) fn near(text: &[u8], keyword: &Range<usize>, done: usize) -> Range<usize> {
    let end = text.len().min(keyword.end + AROUND);
    keyword.start.saturating_sub(AROUND).max(done).min(end)..end
}

/// Calls `found` with every secret of `rule` in `span`.
pub(super) fn search(
    rule: &Rule,
    (pattern, filter): (&Pattern, &Filter),
    text: &[u8],
    span: Range<usize>,
    look: &Look<'_>,
    mut found: impl FnMut(Range<usize>),
) {
    let mut from = span.start;
    while let Some(matched) = pattern.find(text, from..span.end) {
        from = matched.whole.end.max(matched.whole.start + 1);
        let sight = Sight {
            name: look.name,
            secret: &text[matched.secret.clone()],
            whole: &text[matched.whole.clone()],
            line: line_of(text, &matched.whole),
        };
        if filter.tells(&sight)
            && let Some(secret) = verify::judge(rule, text, matched.secret, look.now)
        {
            found(secret);
        }
    }
}

/// The line, or the lines, that a match stands in.
fn line_of<'t>(text: &'t [u8], found: &Range<usize>) -> &'t [u8] {
    let floor = found.start.saturating_sub(LINE);
    let start = memchr::memrchr(b'\n', &text[floor..found.start]).map_or(floor, |at| floor + at + 1);
    let ceiling = text.len().min(found.end + LINE);
    let end = memchr::memchr(b'\n', &text[found.end..ceiling]).map_or(ceiling, |at| found.end + at);
    &text[start..end]
}
