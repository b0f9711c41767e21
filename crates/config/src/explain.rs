//! `config print --explain KEY`: where a value came from and what it overrode.

use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;

use crate::Config;
use crate::mask::masked;
use crate::secret_keys::Step;
use crate::value::{Data, Value, Via};

/// One value's story. Secrets are masked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The key as asked for.
    pub key: String,
    /// The value in force; `None` when a source hides the key with `null`.
    pub value: Option<Json>,
    /// Where it was written, and how it got there.
    pub from: Provenance,
    /// What it replaced, the latest first.
    pub overrode: Vec<(Option<Json>, Provenance)>,
    /// For an object or a list: where each value below was written.
    pub below: Vec<(String, Provenance)>,
}

/// Where a value was written, and by which ways it got there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The place, as text.
    pub place: String,
    /// Includes, files and variables, outermost first, as text.
    pub via: Vec<String>,
}

impl Config {
    /// The story of the value at `key`: a dot path that may hold indices (`a[0].b`) and keys with
    /// dots or slashes. `None` when no source writes it.
    pub fn explain(&self, key: &str) -> Option<Explanation> {
        self.explain_masked(key, |_| {})
    }

    /// The same, shown through a mask of one's own. It is given each value where it stands, within
    /// objects and lists that hold nothing else.
    pub fn explain_masked(&self, key: &str, mask: impl Fn(&mut Json)) -> Option<Explanation> {
        let (value, mut path) = find(&self.root, key)?;
        let mut shown =
            |value: &Value| shown(value, &mut path).map(|json| masked_in_place(json, &path, &mask));
        let mut below = Vec::new();
        list_below(value, key, &mut below);
        Some(Explanation {
            key: key.to_owned(),
            value: shown(value),
            from: provenance(value),
            overrode: value.overrode.iter().map(|past| (shown(past), provenance(past))).collect(),
            below,
        })
    }
}

/// Walks along `key`, taking the longest key that fits at each object.
fn find<'a>(value: &'a Value, key: &str) -> Option<(&'a Value, Vec<Step>)> {
    if key.is_empty() {
        return Some((value, Vec::new()));
    }
    let with = |step: Step, (found, mut path): (&'a Value, Vec<Step>)| {
        path.insert(0, step);
        (found, path)
    };
    match &value.data {
        Data::Seq(items) => {
            let (index, rest) = key.strip_prefix('[')?.split_once(']')?;
            let item = items.get(index.parse::<usize>().ok()?)?;
            find(item, rest.strip_prefix('.').unwrap_or(rest)).map(|found| with(Step::Index, found))
        }
        Data::Map(map) => {
            let mut names: Vec<&String> = map.keys().filter(|name| key.starts_with(name.as_str())).collect();
            names.sort_by_key(|name| std::cmp::Reverse(name.len()));
            names.into_iter().find_map(|name| {
                let rest = key.strip_prefix(name.as_str())?;
                let rest = match rest.strip_prefix('.') {
                    Some(rest) if !rest.is_empty() => rest,
                    None if rest.is_empty() || rest.starts_with('[') => rest,
                    _ => return None,
                };
                find(map.get(name)?, rest).map(|found| with(Step::Key(name.clone()), found))
            })
        }
        _ => None,
    }
}

fn shown(value: &Value, path: &mut Vec<Step>) -> Option<Json> {
    (!value.is_null()).then(|| masked(value, path))
}

/// The value as `mask` leaves it at this path.
fn masked_in_place(value: Json, path: &[Step], mask: impl Fn(&mut Json)) -> Json {
    let mut tree = path.iter().rev().fold(value, |below, step| match step {
        Step::Index => Json::Array(vec![below]),
        Step::Key(key) => Json::Object([(key.clone(), below)].into_iter().collect()),
    });
    mask(&mut tree);
    // A mask may rename a key; nothing else is beside it.
    path.iter().fold(tree, |tree, _| match tree {
        Json::Array(items) => items.into_iter().next().unwrap_or_default(),
        Json::Object(map) => map.into_iter().next().map(|(_, below)| below).unwrap_or_default(),
        other => other,
    })
}

fn provenance(value: &Value) -> Provenance {
    Provenance {
        place: value.origin.place.to_string(),
        via: value
            .origin
            .via
            .iter()
            .map(|via| match via {
                Via::Include { path, at } => format!("$include of {path} at {at}"),
                Via::File { path } => format!("$file {}", path.display()),
                Via::Variable { name } => format!("environment variable {name}"),
            })
            .collect(),
    }
}

fn list_below(value: &Value, key: &str, found: &mut Vec<(String, Provenance)>) {
    let mut each = |child: &Value, key: String| match &child.data {
        Data::Seq(_) | Data::Map(_) => list_below(child, &key, found),
        _ => found.push((key, provenance(child))),
    };
    match &value.data {
        Data::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                each(item, format!("{key}[{index}]"));
            }
        }
        Data::Map(map) => {
            for (name, child) in map {
                each(child, crate::value::join(key, name));
            }
        }
        _ => {}
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        for via in &self.via {
            write!(f, ", {via}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.key, inline(self.value.as_ref()))?;
        writeln!(f, "  from {}", self.from)?;
        for (value, from) in &self.overrode {
            writeln!(f, "  overrode {} from {from}", inline(value.as_ref()))?;
        }
        for (key, from) in &self.below {
            writeln!(f, "  {key} from {from}")?;
        }
        Ok(())
    }
}

fn inline(value: Option<&Json>) -> String {
    value.map_or_else(|| "null (hidden)".to_owned(), Json::to_string)
}

#[cfg(test)]
mod tests;
