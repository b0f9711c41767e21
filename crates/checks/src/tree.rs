//! One tree for everything that is keys and values: app-config, manifests, charts once rendered, compose files,
//! workflows, package.json, Terraform blocks. Every value knows its place, also where a tree is made of several
//! files.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Number;
use untrusted::yaml::Node;

use crate::Place;

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub value: Value,
    /// Where it is written.
    pub place: Place,
    /// Where its key is written, for a value of a map.
    pub key: Option<Place>,
    /// What stood here before a later file replaced it, the latest first.
    pub overrode: Vec<Item>,
}

/// What an item is.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text, as written; in app-config it may hold `${NAME}`.
    String(Arc<str>),
    /// A list.
    Seq(Vec<Item>),
    /// A map in the file's order.
    Map(IndexMap<Arc<str>, Item>),
    /// Something that is only known when it runs (a template's expression, a Terraform variable without default).
    /// The text is the expression. Unknown is never safe and never a finding by itself.
    Unknown(Arc<str>),
}

/// The text of a configuration's string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text<'a> {
    /// Written as it is.
    Literal(&'a str),
    /// Holds `${NAME}` or comes from `$env`, `$file` or the environment. With the literal default where
    /// `${NAME:-default}` is all of it.
    Outside {
        /// The default, if there is one.
        default: Option<&'a str>,
    },
}

impl Item {
    /// A value at a place.
    pub fn new(value: Value, place: Place) -> Self {
        Self { value, place, key: None, overrode: Vec::new() }
    }

    /// The tree of a YAML or JSON document of the file at `path`.
    pub fn of(path: &Arc<str>, node: &Node) -> Self {
        use untrusted::yaml::Value as Yaml;
        let value = match &node.value {
            Yaml::Null => Value::Null,
            Yaml::Bool(flag) => Value::Bool(*flag),
            Yaml::Number(number) => Value::Number(number.clone()),
            Yaml::String(text) => Value::String(Arc::from(text.as_str())),
            Yaml::Seq(items) => Value::Seq(items.iter().map(|item| Self::of(path, item)).collect()),
            Yaml::Map(entries) => Value::Map(
                entries
                    .iter()
                    .map(|entry| {
                        let mut item = Self::of(path, &entry.value);
                        item.key = Some(Place::of(path, entry.key_span));
                        (Arc::from(entry.key.as_str()), item)
                    })
                    .collect(),
            ),
        };
        Self::new(value, Place::of(path, node.span))
    }

    /// The value at a key of a map.
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.as_map()?.get(key)
    }

    /// The value at a dot path through maps; a part that is a number also goes into lists.
    pub fn at(&self, path: &str) -> Option<&Item> {
        path.split('.').try_fold(self, |item, part| match &item.value {
            Value::Seq(items) => items.get(part.parse::<usize>().ok()?),
            _ => item.get(part),
        })
    }

    /// Everything that a pattern leads to, with its dot path. A part `*` stands for every key of a map or every item
    /// of a list, `**` for any number of such steps; keys that hold dots cannot be named but are found by these.
    pub fn find(&self, pattern: &str) -> Vec<(String, &Item)> {
        let mut found = vec![(String::new(), self)];
        for part in pattern.split('.') {
            let mut next = Vec::new();
            for (path, item) in found {
                let join =
                    |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                match &item.value {
                    _ if part == "**" => {
                        item.walk(&mut |below, item| {
                            let path = if below.is_empty() { path.clone() } else { join(below) };
                            next.push((path, item));
                        });
                    }
                    Value::Map(map) if part == "*" => {
                        next.extend(map.iter().map(|(key, item)| (join(key), item)));
                    }
                    Value::Seq(items) if part == "*" => {
                        next.extend(items.iter().enumerate().map(|(at, item)| (join(&at.to_string()), item)));
                    }
                    _ => next.extend(item.at(part).map(|item| (join(part), item))),
                }
            }
            found = next;
        }
        found
    }

    /// Calls `visit` with every value in the tree and its dot path, parents first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&str, &'a Item)) {
        self.walk_from(&mut String::new(), visit);
    }

    /// `path` is what it was when this returns: one text for a whole walk, since trees are walked again and again.
    fn walk_from<'a>(&'a self, path: &mut String, visit: &mut impl FnMut(&str, &'a Item)) {
        visit(path, self);
        let length = path.len();
        let mut below = |name: &str, item: &'a Item| {
            if length > 0 {
                path.push('.');
            }
            path.push_str(name);
            item.walk_from(path, visit);
            path.truncate(length);
        };
        match &self.value {
            Value::Map(map) => map.iter().for_each(|(key, item)| below(key, item)),
            Value::Seq(items) => {
                items.iter().enumerate().for_each(|(at, item)| below(&at.to_string(), item));
            }
            _ => {}
        }
    }

    /// The entries of a map.
    pub fn as_map(&self) -> Option<&IndexMap<Arc<str>, Item>> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Item] {
        match &self.value {
            Value::Seq(items) => items,
            _ => &[],
        }
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> impl Iterator<Item = (&Arc<str>, &Item)> {
        self.as_map().into_iter().flatten()
    }

    /// The items of a list, or the item itself: what readers take that accept a string or a list of strings.
    pub fn one_or_many(&self) -> &[Item] {
        match &self.value {
            Value::Seq(items) => items,
            Value::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, of a number or of a string that is one.
    pub fn as_number(&self) -> Option<f64> {
        match &self.value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The boolean as Backstage's configuration reads it: also strings `true/yes/y/on/1`, `false/no/n/off/0` in any
    /// case, and the numbers 1 and 0.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) if number.as_f64() == Some(1.0) => Some(true),
            Value::Number(number) if number.as_f64() == Some(0.0) => Some(false),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "on" | "1" => Some(true),
                "false" | "no" | "n" | "off" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it is `true`, in any of its spellings.
    pub fn is_true(&self) -> bool {
        self.as_bool() == Some(true)
    }

    /// Whether it is `null` or nothing.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Whether it is only known when it runs.
    pub fn is_unknown(&self) -> bool {
        matches!(self.value, Value::Unknown(_))
    }

    /// The string of a configuration, told apart by where its value comes from.
    pub fn text(&self) -> Option<Text<'_>> {
        let text = match &self.value {
            Value::String(text) => text,
            Value::Unknown(_) => return Some(Text::Outside { default: None }),
            _ => return None,
        };
        let Some(at) = variable(text) else { return Some(Text::Literal(text)) };
        let inside = text[at..].strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let default = inside
            .filter(|inside| at == 0 && !inside.contains('}'))
            .and_then(|inside| inside.split_once(":-"))
            .map(|(_, default)| default)
            .filter(|default| !default.is_empty());
        Some(Text::Outside { default })
    }

    /// The literal text of a string without `${NAME}`.
    pub fn literal(&self) -> Option<&str> {
        match self.text() {
            Some(Text::Literal(text)) => Some(text),
            _ => None,
        }
    }

    /// The place of its key, else of itself: what a finding about a setting points at.
    pub fn key_place(&self) -> &Place {
        self.key.as_ref().unwrap_or(&self.place)
    }
}

/// Where the first `${NAME}` of a string begins; `$${` is a literal `${`.
fn variable(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find("${").map(|at| at + from) {
        if at == 0 || text.as_bytes()[at - 1] != b'$' {
            return text[at..].contains('}').then_some(at);
        }
        from = at + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(yaml: &str) -> Item {
        let node = untrusted::yaml::parse_one(yaml.as_bytes(), &untrusted::yaml::Limits::default());
        Item::of(&Arc::from("a.yaml"), &node.expect("YAML").expect("a value"))
    }

    #[test]
    fn patterns_go_through_maps_and_lists() {
        let tree = tree("a:\n  - {b: 1, c.d: 2}\n  - {b: 3}\ne: {b: 4}\n");
        let found = |pattern: &str| tree.find(pattern).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(found("a.*.b"), ["a.0.b", "a.1.b"]);
        assert_eq!(found("*.b"), ["e.b"]);
        assert_eq!(found("a.0.*"), ["a.0.b", "a.0.c.d"]);
        assert!(found("x.*").is_empty());
        assert_eq!(found("**.b"), ["a.0.b", "a.1.b", "e.b"]);
        assert_eq!(found("e.**"), ["e", "e.b"]);
        assert_eq!(tree.at("a.1.b").map(|item| (item.place.line, item.key_place().column)), Some((3, 6)));
    }

    #[test]
    fn variables_are_told_from_literals() {
        let text = |value: &str| tree(&format!("'{value}'")).text().map(|text| format!("{text:?}"));
        assert_eq!(text("a").as_deref(), Some("Literal(\"a\")"));
        assert_eq!(text("$${A}").as_deref(), Some("Literal(\"$${A}\")"));
        assert_eq!(text("${A}").as_deref(), Some("Outside { default: None }"));
        assert_eq!(text("${A:-b}").as_deref(), Some("Outside { default: Some(\"b\") }"));
        assert_eq!(text("x${A:-b}").as_deref(), Some("Outside { default: None }"));
    }
}
