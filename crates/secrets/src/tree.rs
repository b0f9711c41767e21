//! JSON trees: only strings are looked at, each with the keys that lead to it, and only they change.

use serde_json::{Map, Value};

use crate::engine::Hit;
use crate::fingerprint::Fingerprint;
use crate::mask::Masked;
use crate::places::Trail;
use crate::rule::Rule;
use crate::scanner::{CONFIGURED, Scanner};

/// Levels that are looked into; what lies deeper is masked whole.
const DEPTH: usize = 200;
/// Keys under which lists of pairs keep the name and the value.
pub(crate) const NAME_KEYS: [&str; 3] = ["name", "key", "title"];
pub(crate) const VALUE_KEYS: [&str; 3] = ["value", "default", "defaultValue"];

/// A secret in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFinding {
    /// JSON pointer of the string; of the value, where a key holds the secret.
    pub pointer: String,
    /// Whether it stands in the key.
    pub in_key: bool,
    /// The rule's id.
    pub rule: String,
    /// The masked form.
    pub masked: Masked,
    /// The keyed hash.
    pub fingerprint: Fingerprint,
}

impl Scanner {
    /// Whether a tree may hold secrets, judging by its compact JSON text: one cheap pass, whose `false`
    /// can be relied on.
    pub fn suspects(&self, json: &[u8]) -> bool {
        self.engine().suspects(json, &self.looking(None))
    }

    /// The secrets in a tree.
    pub fn scan_tree(&self, tree: &Value) -> Vec<TreeFinding> {
        // The tree is small against what was parsed to get it, and the walk is written once.
        self.redact_tree(&mut tree.clone())
    }

    /// Masks every secret in a tree, and tells what was there.
    pub fn redact_tree(&self, tree: &mut Value) -> Vec<TreeFinding> {
        let mut walk = Walk { scanner: self, trail: Trail::default(), findings: Vec::new() };
        walk.value(tree, 0);
        walk.findings
    }
}

struct Walk<'s> {
    scanner: &'s Scanner,
    trail: Trail,
    findings: Vec<TreeFinding>,
}

impl Walk<'_> {
    fn value(&mut self, value: &mut Value, depth: usize) {
        match value {
            Value::String(text) => self.string(text),
            Value::Array(items) if depth < DEPTH => {
                for (at, item) in items.iter_mut().enumerate() {
                    self.trail.enter_item(at);
                    self.value(item, depth + 1);
                    self.trail.leave();
                }
            }
            Value::Object(map) if depth < DEPTH => self.object(map, depth),
            Value::Array(_) | Value::Object(_) => *value = Value::String(crate::mask::NOTHING.to_owned()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn object(&mut self, map: &mut Map<String, Value>, depth: usize) {
        if self.trail.is_root() {
            self.trail.begin_root(|fact| map.get(fact)?.as_str());
        }
        let named = NAME_KEYS.iter().find_map(|key| map.get(*key)?.as_str()).map(str::to_owned);
        let mut renamed = Vec::new();
        for (key, value) in map.iter_mut() {
            // In a list of pairs the value goes by the name beside it.
            let pair = named.as_deref().filter(|_| VALUE_KEYS.contains(&key.as_str()));
            self.trail.enter_key(key, pair);
            if let Some(masked) = self.key(key) {
                renamed.push((key.clone(), masked));
            }
            self.value(value, depth + 1);
            self.trail.leave();
        }
        if !renamed.is_empty() {
            rename(map, &renamed);
        }
    }

    /// The key with its secrets masked, if it holds any.
    fn key(&mut self, key: &str) -> Option<String> {
        let hits = self.scanner.hits(key.as_bytes());
        if hits.is_empty() {
            return None;
        }
        for hit in &hits {
            self.note(key.as_bytes(), hit, true);
        }
        Some(self.scanner.redact(key).into_owned())
    }

    fn string(&mut self, text: &mut String) {
        let hits = self.scanner.leaf(&self.trail, text);
        if hits.is_empty() {
            return;
        }
        let mut masked = String::with_capacity(text.len());
        let mut at = 0;
        for hit in &hits {
            self.note(text.as_bytes(), hit, false);
            // Places of hits are places of ASCII: rules look for nothing else at their ends.
            masked.push_str(&text[at..hit.cover.start]);
            masked.push_str(self.scanner.masked(text.as_bytes(), hit).as_str());
            at = hit.cover.end;
        }
        masked.push_str(&text[at..]);
        *text = masked;
    }

    fn note(&mut self, text: &[u8], hit: &Hit, in_key: bool) {
        let rule = self.scanner.engine().rule(hit).map_or(CONFIGURED, Rule::id).to_owned();
        self.findings.push(TreeFinding {
            pointer: self.trail.pointer().to_owned(),
            in_key,
            rule,
            masked: self.scanner.masked(text, hit),
            fingerprint: self.scanner.key().fingerprint(crate::scanner::secret_of(text, hit)),
        });
    }
}

/// Gives keys their masked names, in place; one that would clash with another gets a number.
fn rename(map: &mut Map<String, Value>, renamed: &[(String, String)]) {
    let old = std::mem::take(map);
    for (key, value) in old {
        let mut name = renamed.iter().find(|(from, _)| *from == key).map_or(key, |(_, to)| to.clone());
        let plain = name.clone();
        let mut number = 2;
        while map.contains_key(&name) {
            name = format!("{plain} ({number})");
            number += 1;
        }
        map.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::tests::scanner;

    const KEY: &str = concat!(
        "-----BEGIN ",
        "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n",
        "-----END PRIVATE KEY-----\n"
    );

    #[test]
    fn strings_and_keys_are_masked_where_they_stand_and_nothing_else_changes() {
        let mut tree = json!({ "a": [1, { "b/c": KEY }], KEY: null, "d": "plain", "e": 1.50 });
        let found = scanner().redact_tree(&mut tree);
        assert_eq!(tree, json!({ "a": [1, { "b/c": "***\n" }], "***\n": null, "d": "plain", "e": 1.50 }));
        let places: Vec<_> = found.iter().map(|found| (found.pointer.as_str(), found.in_key)).collect();
        assert_eq!(places[0], ("/a/1/b~1c", false));
        assert!(places[1].1, "{places:?}");
        assert!(scanner().suspects(tree.to_string().as_bytes()) || scanner().scan_tree(&tree).is_empty());
    }

    #[test]
    fn a_tree_without_secrets_is_left_alone() {
        let tree = json!({ "kind": "Component", "metadata": { "name": "a", "tags": ["x"] } });
        assert!(!scanner().suspects(tree.to_string().as_bytes()));
        assert!(scanner().scan_tree(&tree).is_empty());
    }
}
