//! Whether a tree may hold a secret, judging by its compact JSON text, so that most trees need no walk.
//!
//! INVARIANT: a walk of what is not suspected finds nothing. The text shows each string as it is but for
//! escapes, and each key right before its value; what a walk sees and the text does not is: a name made of
//! several keys, a name given beside its value, a place. Those are suspected by less. Around keywords the
//! text is read once more with its escapes undone.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::words::Words;
use super::{Engine, Look, encoded, verify};
use crate::rule::{Rule, Shape};

/// Bytes before and after a keyword that are read with their escapes undone.
const BEFORE: usize = 512;
const AFTER: usize = 8 * 1024;
/// Bytes after a keyword in which an escape stands if it changes anything.
const NEAR: usize = 2 * 1024;
/// Keys that keep the value of a name beside them, in documents and in those within their strings.
static VALUES: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| {
    let keys = ["value\":", "value\\\":", "value:", "Value\":", "default\":", "default\\\":", "default:"];
    keys.into_iter().map(Finder::new).collect()
});
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
                let target = &self.targets[keyword as usize];
                let (length, rules) = (target.length, &target.rules);
                let is_name = !target.is_nothing(json, at);
                let place = Place {
                    json,
                    keyword: at..at + length,
                    is_name,
                    plain: OnceCell::new(),
                    key: OnceCell::new(),
                };
                suspect = rules.iter().any(|rule| place.shows(&self.rules[*rule as usize], &mut words, look));
            }
        });
        if !suspect {
            encoded::base64(json, |decoded| suspect |= !self.plain(&decoded.bytes, look).0.is_empty());
            encoded::percent(json, |decoded, _| suspect |= !self.plain(&decoded.bytes, look).0.is_empty());
        }
        suspect
    }
}

/// A keyword in a JSON text.
struct Place<'j> {
    json: &'j [u8],
    keyword: Range<usize>,
    /// Whether names may stand around it.
    is_name: bool,
    /// What stands around it with escapes undone, once that was asked for.
    plain: OnceCell<Plain>,
    /// Whether it is a key, and one with keys below it.
    key: OnceCell<(bool, bool)>,
}

impl Place<'_> {
    /// Whether the keyword may lead to a secret of the rule.
    fn shows<'r>(&self, rule: &'r Rule, words: &mut Words<'_, 'r>, look: &Look<'_>) -> bool {
        let (json, at) = (self.json, self.keyword.start);
        match &rule.shape {
            Shape::Token { .. } | Shape::Block { .. } => self.verifies(rule, look),
            Shape::Named { names, .. } => {
                let tried = if self.is_name { names.as_slice() } else { &[] };
                let mut ends = tried.iter().filter_map(|name| name.end(json, at)).peekable();
                if ends.peek().is_some() {
                    return self.verifies(rule, look)
                        || (ends.any(|end| is_value(json, end))
                            && VALUES.iter().any(|key| key.find(json).is_some()));
                }
                // The name's other parts may be in the keys around.
                let end = self.keyword.end;
                let (is_key, leads_on) =
                    *self.key.get_or_init(|| (is_key(json, end), leads_to_keys(json, end)));
                (is_key || leads_on)
                    && names.iter().any(|name| {
                        let spelled_on = if name.ends_with_keyword() { is_key } else { leads_on };
                        spelled_on && name.parts().len() > 1 && name.may_be_in(json, at, words)
                    })
            }
            Shape::Around { .. } => true,
            Shape::Place { at: place, .. } => {
                let here = is_key(json, self.keyword.end) || place.is_asked_for(&json[self.keyword.clone()]);
                here && place.may_be_in(json)
            }
        }
    }

    /// Whether the rule's secret is there, in the text as it stands or as it is meant.
    fn verifies(&self, rule: &Rule, look: &Look<'_>) -> bool {
        if verify::verify(rule, self.json, self.keyword.clone(), look.now).is_some() {
            return true;
        }
        let (json, keyword) = (self.json, self.keyword.clone());
        let may_differ = match &rule.shape {
            Shape::Token { pattern, .. } => pattern.reads_escaped(),
            _ => true,
        };
        let near = &json[keyword.start..json.len().min(keyword.end + NEAR)];
        if !may_differ || (rule_is_near(rule) && memchr::memchr(b'\\', near).is_none()) {
            return false;
        }
        let plain = self.plain.get_or_init(|| unescaped(json, keyword));
        plain
            .as_ref()
            .is_some_and(|(text, keyword)| verify::verify(rule, text, keyword.clone(), look.now).is_some())
    }
}

/// A text with its escapes undone, and the keyword there; none if there are no escapes.
type Plain = Option<(Vec<u8>, Range<usize>)>;

/// Whether what the rule looks for starts soon after its keyword.
fn rule_is_near(rule: &Rule) -> bool {
    matches!(rule.shape, Shape::Named { .. } | Shape::Block { .. } | Shape::Token { reach: 0, .. })
}

/// What stands around a keyword, with escapes undone.
fn unescaped(json: &[u8], keyword: Range<usize>) -> Plain {
    let window = &json[keyword.start.saturating_sub(BEFORE)..json.len().min(keyword.end + AFTER)];
    memchr::memchr(b'\\', window)?;
    let mut text = Vec::with_capacity(window.len());
    undo(&window[..keyword.start.min(BEFORE)], &mut text);
    let start = text.len();
    undo(&window[keyword.start.min(BEFORE)..], &mut text);
    Some((text, start..start + keyword.len()))
}

fn undo(json: &[u8], text: &mut Vec<u8>) {
    let mut rest = json;
    while let [first, tail @ ..] = rest {
        rest = tail;
        let (b'\\', [escape, tail @ ..]) = (first, tail) else {
            text.push(*first);
            continue;
        };
        rest = tail;
        match escape {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'u' => {
                let digits = tail.get(..4).and_then(|digits| std::str::from_utf8(digits).ok());
                let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                let character = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = tail.get(4..).unwrap_or_default();
            }
            other => text.push(*other),
        }
    }
}

/// Whether a name that ends at `end` is itself a value: its own value may stand beside it.
fn is_value(json: &[u8], end: usize) -> bool {
    matches!(after_identifier(json, end), [b'"', b',' | b'}' | b']', ..])
}

/// Whether what goes on at `end` is a key, of this document or of one in a string of it.
fn is_key(json: &[u8], end: usize) -> bool {
    let rest = after_identifier(json, end);
    matches!(rest, [b'"' | b'\'' | b' ', b':', ..] | [b':', ..] | [b'\\', b'"', b':' | b' ', ..])
}

/// Whether what goes on at `end` is a key with further keys below it, so that these go on with the name.
fn leads_to_keys(json: &[u8], end: usize) -> bool {
    let rest = after_identifier(json, end);
    let rest = rest.strip_prefix(b"\\").unwrap_or(rest);
    let rest =
        rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest).trim_ascii_start();
    rest.strip_prefix(b":").is_some_and(|value| matches!(value.trim_ascii_start(), [b'{' | b'[' | b'\\', ..]))
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
