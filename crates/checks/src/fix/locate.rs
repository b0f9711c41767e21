//! Which value of a file a place means.

use serde_json::Value as Json;

use crate::{Item, Value};

/// A step from a value to one of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Key(String),
    At(usize),
}

/// A value in its file.
pub(super) struct Found<'a> {
    pub(super) item: &'a Item,
    /// What it is an entry or an item of.
    pub(super) parent: Option<&'a Item>,
    /// From the document's root.
    pub(super) path: Vec<Part>,
}

/// The value at `start..end`; of several at the same place the innermost that `wanted` takes.
pub(super) fn value(root: &Item, start: usize, end: usize, wanted: fn(&Value) -> bool) -> Option<Found<'_>> {
    find(root, &|item| item.place.start == start && item.place.end == end && wanted(&item.value))
}

/// The entry whose key is at `start..end`, else the item of a list that is.
pub(super) fn child(root: &Item, start: usize, end: usize) -> Option<Found<'_>> {
    find(root, &|item| item.key.as_ref().is_some_and(|key| (key.start, key.end) == (start, end)))
        .or_else(|| item_of_list(root, start, end))
}

fn item_of_list(root: &Item, start: usize, end: usize) -> Option<Found<'_>> {
    // A list and its first item may be at the same place: an item is something without a key that has a parent.
    let mut found = None;
    visit(root, None, &mut Vec::new(), &mut |item, parent, path| {
        let here = (item.place.start, item.place.end) == (start, end);
        if parent.is_some() && item.key.is_none() && here && found.is_none() {
            found = Some(Found { item, parent, path: path.to_vec() });
        }
    });
    found
}

fn find<'a>(root: &'a Item, matches: &dyn Fn(&Item) -> bool) -> Option<Found<'a>> {
    let mut found = None;
    visit(root, None, &mut Vec::new(), &mut |item, parent, path| {
        if matches(item) {
            found = Some(Found { item, parent, path: path.to_vec() });
        }
    });
    found
}

/// Told of each value: itself, what it is in, and the path to it.
type Seen<'s, 'a> = dyn FnMut(&'a Item, Option<&'a Item>, &[Part]) + 's;

fn visit<'a>(item: &'a Item, parent: Option<&'a Item>, path: &mut Vec<Part>, seen: &mut Seen<'_, 'a>) {
    seen(item, parent, path);
    match &item.value {
        Value::Map(map) => {
            for (key, child) in map {
                path.push(Part::Key(key.to_string()));
                visit(child, Some(item), path, seen);
                path.pop();
            }
        }
        Value::Seq(items) => {
            for (at, child) in items.iter().enumerate() {
                path.push(Part::At(at));
                visit(child, Some(item), path, seen);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The tree without places.
pub(super) fn json(item: &Item) -> Json {
    match &item.value {
        Value::Null | Value::Unknown(_) => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => Json::Number(number.clone()),
        Value::String(text) => Json::from(&**text),
        Value::Seq(items) => items.iter().map(json).collect(),
        Value::Map(map) => {
            Json::Object(map.iter().map(|(key, item)| (key.to_string(), json(item))).collect())
        }
    }
}

/// The value that a path leads to.
pub(super) fn at<'a>(root: &'a mut Json, path: &[Part]) -> Option<&'a mut Json> {
    path.iter().try_fold(root, |value, part| match part {
        Part::Key(key) => value.get_mut(key.as_str()),
        Part::At(at) => value.get_mut(*at),
    })
}
