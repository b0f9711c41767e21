//! The words of one provider in those of another.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::{Item, Value};

/// Keys below which names are people's own, or those of a document with its own words.
const OWN_KEYS: &[&str] = &[
    "AssumeRolePolicyDocument",
    "KeyPolicy",
    "Options",
    "Parameters",
    "PolicyDocument",
    "Tags",
    "Variables",
];

/// Properties with the names that Terraform has for such: `db_instance_class`.
pub(super) fn converted(item: &Item) -> Item {
    let value = match &item.value {
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(key, item)| {
                    let below = if OWN_KEYS.contains(&&**key) { item.clone() } else { converted(item) };
                    (Arc::from(snake(key)), below)
                })
                .collect::<IndexMap<_, _>>(),
        ),
        Value::Seq(items) => Value::Seq(items.iter().map(converted).collect()),
        other => other.clone(),
    };
    Item { value, place: item.place.clone(), key: item.key.clone(), overrode: Vec::new() }
}

/// `DBInstanceClass` is `db_instance_class`.
pub(super) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut all = String::with_capacity(name.len() + 4);
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after = chars.get(at + 1);
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            all.push('_');
        }
        all.push(c.to_ascii_lowercase());
    }
    all
}
