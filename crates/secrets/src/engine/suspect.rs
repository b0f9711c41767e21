//! Whether a tree may hold a secret, judging by its compact JSON text, so that most trees need no walk.
//!
//! INVARIANT: a walk of what is not suspected finds nothing. The text shows each string as it is but for
//! escapes, and each key right before its value; what a walk sees and the text does not is: a name made of
//! several keys, a name given beside its value, an escaped value, a place. Those are suspected by less.

use super::words::Words;
use super::{Engine, Look, encoded, verify};
use crate::rule::{Rule, Shape};

/// Bytes of a value in which an escape may change what a pattern sees.
const VALUE: usize = 512;
/// Bytes between a piece of a key and its end.
const KEY: usize = 128;

impl Engine {
    /// Whether a tree with this JSON text may hold a secret.
    pub(crate) fn suspects(&self, json: &[u8], look: &Look<'_>) -> bool {
        let mut found = Vec::new();
        look.known.gather(json, &mut found);
        if !found.is_empty() || !self.everywhere.is_empty() {
            return true;
        }
        let mut suspect = false;
        let mut words = Words::of(json);
        self.prefilter.scan(json, |keyword, at| {
            if !suspect {
                let (length, rules) = &self.targets[keyword as usize];
                let rules = rules.iter().map(|rule| &self.rules[*rule as usize]);
                suspect = rules.into_iter().any(|rule| shows(rule, json, at, *length, &mut words, look));
            }
        });
        if !suspect {
            encoded::base64(json, |decoded| suspect |= !self.plain(&decoded.bytes, look).0.is_empty());
            encoded::percent(json, |decoded, _| suspect |= !self.plain(&decoded.bytes, look).0.is_empty());
        }
        suspect
    }
}

/// Whether the keyword at `at` may lead to a secret of the rule.
fn shows<'r>(
    rule: &'r Rule,
    json: &[u8],
    at: usize,
    length: usize,
    words: &mut Words<'_, 'r>,
    look: &Look<'_>,
) -> bool {
    let keyword = at..at + length;
    match &rule.shape {
        Shape::Token { .. } => verify::verify(rule, json, keyword, look.now).is_some(),
        Shape::Named { names, .. } => {
            verify::verify(rule, json, keyword, look.now).is_some()
                || names.iter().any(|name| match name.end(json, at) {
                    Some(end) => is_told_beside(json, end) || is_escaped(json, end),
                    None => name.parts().len() > 1 && name.may_be_in(json, at, words),
                })
        }
        Shape::Block { begin, .. } => begin.at(json, at, json.len()).is_some(),
        Shape::Around { .. } => true,
        Shape::Place { at: place, .. } => is_key(json, at + length) && place.may_be_in(json),
    }
}

/// Whether a name that ends at `end` is itself a value: its own value stands beside it.
fn is_told_beside(json: &[u8], end: usize) -> bool {
    let rest = after_identifier(json, end);
    matches!(rest, [b'"', b',' | b'}' | b']', ..])
}

/// Whether the value after a name is written otherwise than it is.
fn is_escaped(json: &[u8], end: usize) -> bool {
    let rest = after_identifier(json, end);
    let rest = &rest[..rest.len().min(VALUE)];
    let [b'"', b':', value @ ..] = rest else {
        // Within a text: a definition, a description. Its lines are written as one.
        return rest.first() != Some(&b'"')
            && matches!(rest, [b':' | b'=' | b' ' | b'\\', ..] if escape_comes_first(rest));
    };
    value.iter().skip(1).take_while(|byte| **byte != b'"').any(|byte| *byte == b'\\')
}

/// Whether nothing but blanks and marks stands between here and an escape: the value is on another line.
fn escape_comes_first(rest: &[u8]) -> bool {
    let blank = |byte: &&u8| matches!(**byte, b':' | b'=' | b' ' | b'|' | b'>' | b'-' | b'+' | b'"' | b'\'');
    rest.get(rest.iter().take_while(blank).count()) == Some(&b'\\')
}

/// Whether what goes on at `end` is a key, of this document or of one in a string of it.
fn is_key(json: &[u8], end: usize) -> bool {
    let rest = after_identifier(json, end);
    matches!(rest, [b'"' | b'\'' | b' ', b':', ..] | [b':', ..] | [b'\\', b'"', b':' | b' ', ..])
}

fn after_identifier(json: &[u8], end: usize) -> &[u8] {
    let part =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'.' | b'/' | b' ');
    let rest = &json[end..];
    &rest[rest.iter().take(KEY).take_while(part).count()..]
}
