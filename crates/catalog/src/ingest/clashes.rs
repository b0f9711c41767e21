//! A quick look for keys that differ in case only. Rows of the index are made by lower-casing whole
//! paths; making them all for every entity only to see that none clash would cost as much as parsing.

use serde_json::Value;

/// Whether two paths of an entity may differ in case only. `false` is certain; `true` is to be looked
/// at closely.
pub(super) fn possible(entity: &Value) -> bool {
    // Rows that every entity has are made apart from the rest; relations are another's to write.
    let metadata = Path::default().with("metadata");
    let always = ["name", "namespace", "uid"].map(|key| metadata.with(key));
    let mut look = Look { paths: Vec::with_capacity(64), certain: entity.get("relations").is_none() };
    look.paths.extend(always);
    look.visit(entity, Path::default());
    if !look.certain {
        return true;
    }
    look.paths.sort_unstable();
    look.paths.windows(2).any(|pair| pair[0].folded == pair[1].folded && pair[0] != pair[1])
}

struct Look {
    paths: Vec<Path>,
    /// Whether folding was simple everywhere.
    certain: bool,
}

/// Hashes of a path, lower case and as written (FNV-1a). Who makes two spellings collide on purpose only
/// keeps a close look from his own entity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Path {
    folded: u64,
    written: u64,
    /// Whether it has no characters; what comes next then follows no dot.
    empty: bool,
}

impl Default for Path {
    fn default() -> Self {
        Self { folded: 0xcbf2_9ce4_8422_2325, written: 0xcbf2_9ce4_8422_2325, empty: true }
    }
}

impl Path {
    /// The path of a key below this one.
    fn with(self, key: &str) -> Self {
        if self.empty { self.then(key.bytes()) } else { self.item(key) }
    }

    /// The path that a string in a list at this one makes.
    fn item(self, text: &str) -> Self {
        self.then(std::iter::once(b'.').chain(text.bytes()))
    }

    fn then(mut self, bytes: impl Iterator<Item = u8>) -> Self {
        const PRIME: u64 = 0x0000_0100_0000_01b3;
        for byte in bytes {
            self.folded = (self.folded ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME);
            self.written = (self.written ^ u64::from(byte)).wrapping_mul(PRIME);
            self.empty = false;
        }
        self
    }
}

impl Look {
    fn visit(&mut self, value: &Value, path: Path) {
        match value {
            Value::Array(items) => {
                for item in items {
                    self.visit(item, path);
                    if let Value::String(text) = item {
                        self.certain &= text.is_ascii();
                        self.paths.push(path.item(text));
                    }
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    self.certain &= key.is_ascii();
                    self.visit(value, path.with(key));
                }
            }
            _ => self.paths.push(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entity::search_rows;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn ordinary_entities_need_no_closer_look() {
        let entity = json!({
            "kind": "Component", "metadata": {"name": "x", "tags": ["java", "go"], "annotations": {"a.b/c": "1"}},
            "spec": {"dependsOn": ["component:default/Y"], "links": [{"url": "u"}, {"url": "v"}]},
        });
        assert!(!possible(&entity));
        for clash in [
            json!({"a": {"Extra": 1, "extra": 2}}),
            json!({"a": {"B": 1}, "a.b": 2}),
            json!({"a": [{"x": 1}, {"X": 1}]}),
            json!({"a": ["x", {"X": 1}]}),
            json!({"a": {"\u{c9}": 1, "\u{e9}": 1}}),
            json!({"metadata": {"Namespace": "x"}}),
            json!({"relations": [{"type": "x", "targetRef": "y"}], "Relations.x": 1}),
        ] {
            assert!(possible(&clash), "{clash}");
            assert!(search_rows(&clash).is_err(), "{clash}");
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), "[aAbB.]{0,3}".prop_map(Value::String)];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::vec(("[aAbB.\u{c9}\u{e9}]{0,3}", inner), 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_clash_is_possible(value in values()) {
            prop_assert!(possible(&value) || search_rows(&value).is_ok(), "{}", value);
        }
    }
}
