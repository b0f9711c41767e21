//! Patches: strategic merges, and lists of operations.

use std::sync::Arc;

use crate::kube::Object;
use crate::{Item, Place, Value};

/// How deep a patch goes.
const DEPTH: usize = 64;

/// Applies a patch to what it is for.
pub(super) fn apply(objects: &mut [Object], patch: &Item, target: Option<&Item>) {
    let is_list = matches!(patch.value, Value::Seq(_));
    for object in objects.iter_mut().filter(|object| is_for(object, patch, target)) {
        if is_list {
            for operation in patch.items() {
                operate(&mut object.root, operation);
            }
        } else {
            merge(&mut object.root, patch, DEPTH);
        }
        let name = object.root.at("metadata.name").and_then(Item::as_str).map(Arc::from);
        object.name = name.unwrap_or_default();
    }
}

fn is_for(object: &Object, patch: &Item, target: Option<&Item>) -> bool {
    let Some(target) = target else {
        let text = |path: &str| patch.at(path).and_then(Item::as_str);
        return text("kind") == Some(&object.kind) && text("metadata.name") == Some(&object.name);
    };
    // Kind and name are regular expressions; what is more than a plain name, or selects by labels, is taken to mean all.
    let fits = |key: &str, own: &str| {
        target.get(key).and_then(Item::as_str).is_none_or(|wanted| {
            wanted.is_empty() || wanted == own || wanted.contains(['*', '|', '[', '(', '+', '?', '^'])
        })
    };
    fits("kind", &object.kind) && fits("name", &object.name) && fits("group", object.group())
}

/// A strategic merge: maps key by key, lists of named things by name, other lists replaced, nulls remove.
pub(crate) fn merge(under: &mut Item, over: &Item, depth: usize) {
    if depth == 0 {
        return;
    }
    if let Value::Map(new) = &over.value
        && let Value::Map(old) = &mut under.value
    {
        if directive(over) == Some("replace") {
            *under = over.clone();
            return;
        }
        for (key, item) in new.iter().filter(|(key, _)| !key.starts_with("$patch")) {
            match (old.get_mut(key), &item.value) {
                (Some(_), Value::Null) => {
                    old.shift_remove(key);
                }
                (Some(_), _) if directive(item) == Some("delete") => {
                    old.shift_remove(key);
                }
                (Some(present), _) => merge(present, item, depth - 1),
                (None, Value::Null) => {}
                (None, _) => {
                    old.insert(Arc::clone(key), item.clone());
                }
            }
        }
        return;
    }
    if let (Value::Seq(old), Value::Seq(new)) = (&mut under.value, &over.value)
        && let Some(by) = merge_key(old, new)
    {
        for item in new {
            let wanted = item.get(by).and_then(key_text);
            let present = old.iter().position(|old| old.get(by).and_then(key_text) == wanted);
            match (present, directive(item)) {
                (Some(at), Some("delete")) => {
                    old.remove(at);
                }
                (Some(at), _) => merge(&mut old[at], item, depth - 1),
                (None, Some("delete")) => {}
                (None, _) => old.push(item.clone()),
            }
        }
        return;
    }
    // What only says again what is there, as the name that tells containers apart does, stays where it was said first.
    if key_text(over).is_some_and(|text| key_text(under) == Some(text)) {
        return;
    }
    let mut item = over.clone();
    item.overrode.push(std::mem::replace(under, Item::new(Value::Null, over.place.clone())));
    *under = item;
}

fn directive(item: &Item) -> Option<&str> {
    item.get("$patch").and_then(Item::as_str)
}

fn key_text(item: &Item) -> Option<String> {
    match &item.value {
        Value::String(text) => Some(text.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What items of a list are told apart by, if they are.
fn merge_key(old: &[Item], new: &[Item]) -> Option<&'static str> {
    ["mountPath", "name", "containerPort"]
        .into_iter()
        .find(|key| !new.is_empty() && old.iter().chain(new).all(|item| item.get(key).is_some()))
}

/// One operation of a JSON patch. What is not understood leaves its target unknown.
fn operate(root: &mut Item, operation: &Item) {
    let text = |key: &str| operation.get(key).and_then(Item::as_str);
    let (Some(kind), Some(path)) = (text("op"), text("path")) else { return };
    let parts: Vec<String> =
        path.split('/').skip(1).take(DEPTH).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let Some((last, parents)) = parts.split_last() else { return };
    let mut at = root;
    for part in parents {
        let next = match &mut at.value {
            Value::Map(map) => map.get_mut(part.as_str()),
            Value::Seq(items) => part.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
            _ => None,
        };
        let Some(next) = next else { return };
        at = next;
    }
    let value = operation.get("value");
    match (kind, &mut at.value, value) {
        ("test", ..) => {}
        ("add" | "replace", Value::Map(map), Some(value)) => {
            map.insert(Arc::from(last.as_str()), value.clone());
        }
        ("add" | "replace", Value::Seq(items), Some(value)) => match last.parse::<usize>() {
            Ok(index) if kind == "replace" && index < items.len() => items[index] = value.clone(),
            Ok(index) if kind == "add" && index <= items.len() => items.insert(index, value.clone()),
            _ if last == "-" => items.push(value.clone()),
            _ => {}
        },
        ("remove", Value::Map(map), _) => {
            map.shift_remove(last.as_str());
        }
        ("remove", Value::Seq(items), _) => {
            if let Some(index) = last.parse::<usize>().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => at.value = Value::Unknown(Arc::from(kind)),
    }
}

/// Says of a whole tree that it is written at one place.
pub(super) fn move_to(tree: &mut Item, place: &Place) {
    tree.place = place.clone();
    if tree.key.is_some() {
        tree.key = Some(place.clone());
    }
    match &mut tree.value {
        Value::Map(map) => map.values_mut().for_each(|item| move_to(item, place)),
        Value::Seq(items) => items.iter_mut().for_each(|item| move_to(item, place)),
        _ => {}
    }
}
