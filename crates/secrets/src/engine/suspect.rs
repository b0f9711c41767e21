//! Whether a tree may hold a secret, judging by its compact JSON text, so that most trees need no walk.
//!
//! INVARIANT: a walk of what is not suspected finds nothing. The text shows each string as it is but for
//! escapes, and each key right before its value; what a walk sees and the text does not is: a name made of
//! several keys, a name given beside its value, an escaped value, a secret over several lines, a place. Those
//! are suspected by less.

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
        Shape::Token { pattern, reach, .. } => {
            verify::verify(rule, json, keyword, look.now).is_some()
                || (reads_escaped(pattern.text()) && has_escape(json, at.saturating_sub(*reach)))
        }
        Shape::Named { names, .. } => {
            verify::verify(rule, json, keyword, look.now).is_some()
                || names.iter().any(|name| match name.end(json, at) {
                    Some(end) => is_told_beside(json, end) || is_escaped(json, end),
                    None => name.parts().len() > 1 && name.may_be_in(json, at, words),
                })
        }
        Shape::Block { begin, .. } => {
            begin.at(json, at, json.len()).is_some() || (reads_escaped(begin.text()) && has_escape(json, at))
        }
        Shape::Around { .. } => true,
        Shape::Place { at: place, .. } => is_key(json, at + length) && place.may_be_in(json),
    }
}

/// Whether a pattern may tell apart what JSON escapes: ends of lines, blanks, quotes.
fn reads_escaped(pattern: &str) -> bool {
    [r"\n", r"\r", r"\s", r"\t", "\"", "[^"].iter().any(|part| pattern.contains(part))
}

/// Whether an escape stands soon after `at`.
fn has_escape(json: &[u8], at: usize) -> bool {
    memchr::memchr(b'\\', &json[at..json.len().min(at + VALUE)]).is_some()
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::tests::scanner;

    #[test]
    fn secrets_over_several_lines_are_suspected_within_one_string() {
        let scanner = scanner();
        // In pieces, so that this file holds no secret.
        let password = ["tM4xq", "Zb7Rv", "2Lw9K"].concat();
        for text in [
            format!("[pypi]\nusername = ci\npassword = {password}\n"),
            format!(
                "[corp]\nrepository = https://pypi.corp.internal/\nusername = ci\npassword = {password}\n"
            ),
        ] {
            let tree = json!({ "kind": "API", "spec": { "definition": text } });
            assert!(!scanner.scan_tree(&tree).is_empty(), "{tree}");
            assert!(scanner.suspects(tree.to_string().as_bytes()), "{tree}");
        }
    }
}
