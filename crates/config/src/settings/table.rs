//! Reading `stagedoor:` by its table: values over defaults, each within its bounds.

use std::time::Duration;

use indexmap::IndexMap;
use untrusted::yaml;

use super::findings::{Findings, shown};
use super::keys::{self, KEYS, Kind};
use crate::merge::merge;
use crate::value::{Data, Origin, Value};
use crate::{Config, Place, ValueRef};

/// The effective values under `stagedoor:`.
pub(super) struct Table {
    tree: Value,
}

impl Table {
    /// Lays what the sources write over the defaults.
    pub(super) fn new(config: &Config) -> Self {
        let mut tree = object();
        for key in KEYS {
            let Some(text) = key.default else { continue };
            let node = yaml::parse_one(text.as_bytes(), &yaml::Limits::default()).ok().flatten();
            let json = node.map(yaml::Node::into_json).unwrap_or_default();
            let mut value = Value::from_json(json, &origin());
            for name in key.path.split('.').rev() {
                let mut parent = object();
                if let Data::Map(map) = &mut parent.data {
                    map.insert(name.to_owned(), value);
                }
                value = parent;
            }
            tree = merge(tree, value);
        }
        let written = config.at("stagedoor");
        if let Some(written) = written.node().filter(|_| written.is_object()) {
            let mut written = written.clone();
            // An object that once replaced something would hide the defaults too.
            forget(&mut written);
            tree = merge(tree, written);
        }
        let mut root = object();
        if let Data::Map(map) = &mut root.data {
            map.insert("stagedoor".to_owned(), tree);
        }
        Self { tree: root }
    }

    /// The value at a path of the table, with its full key.
    pub(super) fn at(&self, path: &str) -> ValueRef<'_> {
        ValueRef::root(&self.tree).at("stagedoor").at(path)
    }

    /// A whole number within the table's bounds.
    pub(super) fn integer(&self, path: &str, findings: &mut Findings) -> u64 {
        let (least, most) = match keys::find(path).map(|key| key.kind) {
            Some(Kind::Integer(least, most)) => (least, most),
            _ => (0, 0),
        };
        let value = self.at(path);
        let found = value.integer(least, most).and_then(|found| found.ok_or_else(|| value.missing()));
        findings.keep(found).unwrap_or(least)
    }

    /// As [`Table::integer`], for sizes and counts.
    pub(super) fn size(&self, path: &str, findings: &mut Findings) -> usize {
        usize::try_from(self.integer(path, findings)).unwrap_or(usize::MAX)
    }

    /// A duration within the table's bounds.
    pub(super) fn duration(&self, path: &str, findings: &mut Findings) -> Duration {
        let (least, most) = match keys::find(path).map(|key| key.kind) {
            Some(Kind::Duration(least, most)) => (least, most),
            _ => (0, 0),
        };
        let value = self.at(path);
        let found = value.duration().and_then(|found| found.ok_or_else(|| value.missing()));
        let found = findings.keep(found).unwrap_or(Duration::from_millis(least));
        if found < Duration::from_millis(least) || found > Duration::from_millis(most) {
            findings.push(
                value
                    .problem(format!(
                        "`{}` must be from {} to {}",
                        value.key(),
                        keys::length(least),
                        keys::length(most)
                    ))
                    .fix("write a duration in that range"),
            );
        }
        found
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, path: &str, findings: &mut Findings) -> bool {
        let value = self.at(path);
        let found = value.boolean().and_then(|found| found.ok_or_else(|| value.missing()));
        findings.keep(found).unwrap_or_default()
    }

    /// One of the table's words.
    pub(super) fn word(&self, path: &str, findings: &mut Findings) -> Option<&'static str> {
        let words = match keys::find(path).map(|key| key.kind) {
            Some(Kind::OneOf(words)) => words,
            _ => &[],
        };
        let value = self.at(path);
        let text = findings.take(value.string())?;
        let found = words.iter().copied().find(|word| text.eq_ignore_ascii_case(word));
        if found.is_none() {
            findings.push(
                value
                    .problem(format!("`{text}` is not known here", text = shown(text)))
                    .fix(format!("write one of {}", words.join(", "))),
            );
        }
        found
    }
}

fn forget(value: &mut Value) {
    value.overrode.clear();
    if let Data::Map(map) = &mut value.data {
        map.values_mut().for_each(forget);
    }
}

fn origin() -> Origin {
    Origin { place: Place::whole("the defaults"), via: Vec::new() }
}

fn object() -> Value {
    Value::new(Data::Map(IndexMap::new()), origin())
}
