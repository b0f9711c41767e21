//! Whether a keyword is where a rule's secret stands. Each look is bounded, whatever the text.

use std::ops::Range;

use time::OffsetDateTime;

use super::assignment::{Tie, value_after};
use super::block;
use super::boundary::{free_after, free_before};
use crate::check::Seen;
use crate::entropy::entropy;
use crate::pattern::Match;
use crate::quiet;
use crate::rule::{Beside, Rule, Shape};

/// Bytes from a keyword on that its pattern may look at.
const FORWARD: usize = 16 * 1024;
/// The last secrets found, by rule, so that the keywords inside one are not looked at again.
pub(super) struct Covered {
    spans: Vec<(u32, usize)>,
    /// The last values that were none: how many looks were taken within each.
    refused: Vec<(u32, Range<usize>, usize)>,
}

/// Looks that one rule takes within a value that is none of its secrets. A name may stand in a value (a query,
/// a list); names without end may not make each of them be looked through by each.
const LOOKS: usize = 4;

impl Covered {
    pub(super) fn new() -> Self {
        Self { spans: Vec::new(), refused: Vec::new() }
    }

    /// Whether a rule has looked often enough at the value around `at`.
    pub(super) fn is_tired(&self, rule: u32, at: usize) -> bool {
        let refused = self.refused.iter().find(|(id, ..)| *id == rule);
        refused.is_some_and(|(_, value, looks)| *looks >= LOOKS && value.contains(&at))
    }

    /// A rule looked at a value and it was none.
    pub(super) fn refuse(&mut self, rule: u32, value: Range<usize>) {
        match self.refused.iter_mut().find(|(id, ..)| *id == rule) {
            Some((_, last, looks)) if last.contains(&value.start) => {
                last.end = last.end.min(value.end);
                *looks += 1;
            }
            Some(last) => *last = (rule, value, 1),
            None => self.refused.push((rule, value, 1)),
        }
    }

    pub(super) fn covers(&self, rule: u32, at: usize) -> bool {
        self.spans.iter().any(|(found, end)| *found == rule && at < *end)
    }

    /// Where the last secret of this rule ended.
    pub(super) fn end(&self, rule: u32) -> usize {
        self.spans.iter().find(|(found, _)| *found == rule).map_or(0, |(_, end)| *end)
    }

    pub(super) fn add(&mut self, rule: u32, secret: &Range<usize>) {
        match self.spans.iter_mut().find(|(found, _)| *found == rule) {
            Some((_, end)) => *end = (*end).max(secret.end),
            None => self.spans.push((rule, secret.end)),
        }
    }
}

/// The secret of `rule` at a keyword, if one is there.
pub(super) fn verify(
    rule: &Rule,
    text: &[u8],
    keyword: Range<usize>,
    now: OffsetDateTime,
) -> Option<Range<usize>> {
    verify_or(rule, text, keyword, now, |_| {})
}

/// The same, told of a value that is none.
pub(super) fn verify_or(
    rule: &Rule,
    text: &[u8],
    keyword: Range<usize>,
    now: OffsetDateTime,
    mut refused: impl FnMut(Range<usize>),
) -> Option<Range<usize>> {
    match &rule.shape {
        Shape::Token { pattern, reach: 0, .. } => {
            // Asked before the pattern is tried, so that a run of keywords is not read again from each.
            if !free_before(text, keyword.start, rule.left) {
                return None;
            }
            let found = pattern.at(text, keyword.start, keyword.start + FORWARD)?;
            accept(rule, text, found, now)
        }
        Shape::Token { pattern, reach, .. } => {
            let mut from = keyword.start.saturating_sub(*reach);
            while from <= keyword.start {
                let found = pattern.find(text, from..keyword.start + FORWARD)?;
                if found.whole.start > keyword.start {
                    return None;
                }
                let next = found.whole.start + 1;
                if found.whole.end >= keyword.end
                    && let Some(secret) = accept(rule, text, found, now)
                {
                    return Some(secret);
                }
                from = next;
            }
            None
        }
        Shape::Named { names, value, strict, .. } => {
            let mut last = None;
            names.iter().filter_map(|name| name.end(text, keyword.start)).find_map(|end| {
                if last.replace(end) == Some(end) {
                    return None;
                }
                let assigned = value_after(text, end)?;
                if *strict && assigned.tie == Tie::Loose {
                    return None;
                }
                let found = value.at(text, assigned.start, assigned.start + FORWARD)?;
                let span = found.whole.clone();
                let secret = accept(rule, text, Match { whole: found.secret.clone(), ..found }, now);
                if secret.is_none() {
                    refused(span);
                }
                secret
            })
        }
        Shape::Block { begin, end, .. } => {
            let found = begin.at(text, keyword.start, keyword.start + FORWARD)?;
            let span = block::span(text, &found, end);
            let seen = Seen { secret: &text[span.clone()], before: b"", after: b"" };
            rule.check.is_none_or(|check| check.holds(seen, now)).then_some(span)
        }
        // The ones are looked for around their keywords, several at a time; for the others a text has no
        // places, and its document is looked at apart.
        Shape::Around { .. } | Shape::Place { .. } => None,
    }
}

/// Whether the name that ends at `end` is assigned what stands at or after `from`.
pub(super) fn assigns(text: &[u8], end: usize, from: usize) -> bool {
    value_after(text, end).is_some_and(|value| value.start >= from)
}

/// A match that stands free, with a secret that is one.
fn accept(rule: &Rule, text: &[u8], found: Match, now: OffsetDateTime) -> Option<Range<usize>> {
    let Match { whole, secret } = found;
    // A name may be a part of a longer one; its value stands free by itself.
    let left = if matches!(rule.shape, Shape::Named { .. }) { Beside::Anything } else { rule.left };
    if !free_before(text, whole.start, left) || !free_after(text, whole.end, rule.right) {
        return None;
    }
    judge(rule, text, secret, now)
}

pub(super) fn judge(
    rule: &Rule,
    text: &[u8],
    span: Range<usize>,
    now: OffsetDateTime,
) -> Option<Range<usize>> {
    let secret = &text[span.clone()];
    let is_one = !quiet::harmless(secret)
        && (rule.entropy <= 0.0 || entropy(secret) >= rule.entropy)
        && rule.check.is_none_or(|check| {
            check.holds(Seen { secret, before: &text[..span.start], after: &text[span.end..] }, now)
        });
    is_one.then_some(span)
}
