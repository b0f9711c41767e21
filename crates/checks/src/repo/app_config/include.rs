//! `$include`, `$file` and `$env` in an app-config.

use std::sync::Arc;

use super::role::Role;
use crate::Item;
use crate::file::File;
use crate::image::join;
use crate::repo::files::Files;
use crate::tree::Value;

/// Includes are followed this deep.
const DEPTH: usize = 8;
/// The most includes of one file.
const INCLUDES: usize = 256;
/// The most values that they bring into it: a file may be included again and again, and include others.
const VALUES: usize = 10_000;

/// The most files that one name with variables in it stands for.
const ALTERNATIVES: usize = 32;

/// The tree with what it includes in its place. What comes from the environment, from a file that is no
/// configuration, or from one that is not here, is unknown. A name with variables in it stands for every file that
/// fits: in a list each is an element, since each is loaded somewhere; elsewhere only one can stand there, the one of
/// production.
pub(super) fn resolve(root: &Item, path: &Arc<str>, all: &Files) -> Item {
    let mut left = Left { includes: INCLUDES, values: VALUES };
    resolved(root, path, all, DEPTH, &mut left)
}

/// What may still be included.
struct Left {
    includes: usize,
    values: usize,
}

fn resolved(item: &Item, path: &Arc<str>, all: &Files, depth: usize, left: &mut Left) -> Item {
    if depth < DEPTH {
        let Some(fewer) = left.values.checked_sub(1) else { return unknown(item) };
        left.values = fewer;
    }
    let value = match &item.value {
        Value::Map(map) => {
            if map.len() == 1 && map.keys().all(|key| key.starts_with('$')) {
                return included(item, path, all, depth, left);
            }
            Value::Map(
                map.iter()
                    .map(|(key, value)| (key.clone(), resolved(value, path, all, depth, left)))
                    .collect(),
            )
        }
        Value::Seq(items) => {
            let mut elements = Vec::with_capacity(items.len());
            for value in items {
                let name = include_of(value).filter(|_| depth > 0 && left.includes > 0);
                let fitting = name.map(|name| fitting(name, path, all)).unwrap_or_default();
                if fitting.len() < 2 || fitting.len() > left.includes {
                    elements.push(resolved(value, path, all, depth, left));
                } else {
                    let pointer = include_of(value).and_then(pointer);
                    elements.extend(fitting.into_iter().map(|file| {
                        of_file(file, pointer, value, all, depth, left).unwrap_or_else(|| unknown(value))
                    }));
                }
            }
            Value::Seq(elements)
        }
        other => other.clone(),
    };
    Item { value, place: item.place.clone(), key: item.key.clone(), overrode: Vec::new() }
}

/// What an item that is an `$include` names.
fn include_of(item: &Item) -> Option<&str> {
    let map = item.as_map()?;
    match (map.len(), map.first()?) {
        (1, (key, what)) if &**key == "$include" => what.as_str(),
        _ => None,
    }
}

/// What is after the `#` of an include.
fn pointer(name: &str) -> Option<&str> {
    name.split_once('#').map(|(_, pointer)| pointer).filter(|pointer| !pointer.is_empty())
}

fn unknown(item: &Item) -> Item {
    let what = item.as_map().and_then(|map| map.first());
    let text = what.map(|(key, what)| format!("{key}: {}", what.as_str().unwrap_or_default()));
    Item {
        value: Value::Unknown(Arc::from(text.unwrap_or_default())),
        place: item.place.clone(),
        key: item.key.clone(),
        overrode: Vec::new(),
    }
}

fn included(item: &Item, path: &Arc<str>, all: &Files, depth: usize, left: &mut Left) -> Item {
    let name = include_of(item).filter(|_| depth > 0 && left.includes > 0);
    let Some(name) = name else { return unknown(item) };
    let fitting = fitting(name, path, all);
    let file = match &fitting[..] {
        [one] => Some(*one),
        several => {
            let mut live =
                several.iter().filter(|file| Role::by_words(file.name()) == Some(Role::Production));
            live.next().filter(|_| live.next().is_none()).copied()
        }
    };
    file.and_then(|file| of_file(file, pointer(name), item, all, depth, left))
        .unwrap_or_else(|| unknown(item))
}

/// What a file holds, in the place of the item that includes it.
fn of_file(
    file: &File,
    pointer: Option<&str>,
    item: &Item,
    all: &Files,
    depth: usize,
    left: &mut Left,
) -> Option<Item> {
    let depth = depth.checked_sub(1)?;
    left.includes = left.includes.checked_sub(1)?;
    let tree = file.tree()?;
    let found = pointer.map_or(Some(tree), |pointer| tree.at(pointer))?;
    let mut found = resolved(found, &file.path, all, depth, left);
    found.key.clone_from(&item.key);
    Some(found)
}

/// The files that a name beside `path` can be of.
fn fitting<'a>(name: &str, path: &str, all: &'a Files) -> Vec<&'a File> {
    let name = name.split_once('#').map_or(name, |(name, _)| name);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = join(&format!("/{folder}"), name);
    let target = target.trim_start_matches('/');
    let Some((before, rest)) = target.split_once("${") else { return all.get(target).into_iter().collect() };
    // More than one variable: what is between them may be anything.
    let Some((_, after)) = rest.rsplit_once('}') else { return Vec::new() };
    all.under(before.rsplit_once('/').map_or("", |(folder, _)| folder))
        .filter(|file| {
            let middle = file.path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            middle.is_some_and(|middle| !middle.is_empty() && !middle.contains('/'))
        })
        .take(ALTERNATIVES)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_are_followed_and_bounded() {
        let files = Files::of_texts([
            (
                "a/app-config.yaml",
                "x: {$include: ../b.yaml#k.l}\ny: {$env: Y}\nz: {$include: app-config.yaml}\n",
            ),
            ("b.yaml", "k: {l: {m: 1, n: {$include: c.json}}}\n"),
            ("c.json", "[{\"$file\": \"f\"}]"),
        ]);
        let file = files.get("a/app-config.yaml").expect("the file");
        let root = resolve(file.tree().expect("a tree"), &file.path, &files);
        assert_eq!(root.at("x.m").map(|item| item.place.to_string()).as_deref(), Some("b.yaml:1:12"));
        assert_eq!(
            root.at("x").and_then(|item| item.key.clone()).map(|key| key.to_string()).as_deref(),
            Some("a/app-config.yaml:1:1")
        );
        assert!(root.at("x.n.0").is_some_and(Item::is_unknown));
        assert!(root.at("y").is_some_and(Item::is_unknown));
        let deep = root.at(&["z"; DEPTH + 1].join("."));
        assert!(deep.is_some_and(Item::is_unknown), "{deep:?}");
    }

    #[test]
    fn includes_of_includes_are_bounded() {
        let list = format!("l:\n{}", "  - {$include: 'c/${X}.yaml'}\n".repeat(300));
        let part = format!("l:\n{}", "  - {$include: './${X}.yaml'}\n".repeat(300));
        let parts: Vec<String> = (0..60).map(|at| format!("c/p{at}.yaml")).collect();
        let mut texts = vec![("app-config.yaml", list.as_str())];
        texts.extend(parts.iter().map(|path| (path.as_str(), part.as_str())));
        let files = Files::of_texts(texts);
        let file = files.get("app-config.yaml").expect("the file");
        let root = resolve(file.tree().expect("a tree"), &file.path, &files);
        let mut count = 0;
        root.walk(&mut |_, _| count += 1);
        assert!(count <= 2 * VALUES + 1000, "{count}");
    }

    #[test]
    fn a_variable_in_a_name_stands_for_what_fits() {
        let files = Files::of_texts([
            (
                "app-config.yaml",
                "list: [{$include: './c/${ENV}.yaml'}]\nmap: {$include: './c/${ENV:-prod}.yaml'}\n\
                 none: {$include: '${DIR}/dev.json'}\nopen: {$include: 'c/${ENV'}\n",
            ),
            ("c/dev.yaml", "{name: dev}\n"),
            ("c/prod.yaml", "{name: prod, more: [{$include: '${X}.yaml'}]}\n"),
            ("c/d/test.yaml", "{name: test}\n"),
        ]);
        let file = files.get("app-config.yaml").expect("the file");
        let root = resolve(file.tree().expect("a tree"), &file.path, &files);
        assert_eq!(root.at("list.0.name").and_then(Item::as_str), Some("dev"));
        assert_eq!(root.at("list.1.name").and_then(Item::as_str), Some("prod"));
        assert_eq!(root.at("list").map(|list| list.items().len()), Some(2));
        assert_eq!(root.at("map.name").and_then(Item::as_str), Some("prod"));
        assert!(root.at("none").is_some_and(Item::is_unknown));
        assert!(root.at("open").is_some_and(Item::is_unknown));
    }
}
