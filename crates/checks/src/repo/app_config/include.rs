//! `$include`, `$file` and `$env` in an app-config.

use std::sync::Arc;

use crate::Item;
use crate::image::join;
use crate::repo::files::Files;
use crate::tree::Value;

/// Includes are followed this deep.
const DEPTH: usize = 8;
/// The most includes of one file.
const INCLUDES: usize = 256;

/// The tree with what it includes in its place. What comes from the environment, from a file that is no
/// configuration, or from one that is not here, is unknown.
pub(super) fn resolve(root: &Item, path: &Arc<str>, all: &Files) -> Item {
    let mut left = INCLUDES;
    resolved(root, path, all, DEPTH, &mut left)
}

fn resolved(item: &Item, path: &Arc<str>, all: &Files, depth: usize, left: &mut usize) -> Item {
    let value = match &item.value {
        Value::Map(map) => {
            if let (1, Some((key, what))) = (map.len(), map.first())
                && key.starts_with('$')
            {
                return included(item, key, what, path, all, depth, left);
            }
            Value::Map(
                map.iter()
                    .map(|(key, value)| (key.clone(), resolved(value, path, all, depth, left)))
                    .collect(),
            )
        }
        Value::Seq(items) => {
            Value::Seq(items.iter().map(|value| resolved(value, path, all, depth, left)).collect())
        }
        other => other.clone(),
    };
    Item { value, place: item.place.clone(), key: item.key.clone(), overrode: Vec::new() }
}

fn included(
    item: &Item,
    key: &str,
    what: &Item,
    path: &Arc<str>,
    all: &Files,
    depth: usize,
    left: &mut usize,
) -> Item {
    let text = what.as_str().unwrap_or_default();
    let unknown = || Item {
        value: Value::Unknown(Arc::from(format!("{key}: {text}"))),
        place: item.place.clone(),
        key: item.key.clone(),
        overrode: Vec::new(),
    };
    if key != "$include" || what.literal().is_none() {
        return unknown();
    }
    let (Some(depth), Some(fewer)) = (depth.checked_sub(1), left.checked_sub(1)) else { return unknown() };
    *left = fewer;
    let (name, pointer) = text.split_once('#').map_or((text, None), |(name, pointer)| (name, Some(pointer)));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = join(&format!("/{folder}"), name);
    let Some(file) = all.get(target.trim_start_matches('/')) else { return unknown() };
    let found = file.tree().and_then(|tree| match pointer {
        Some(pointer) if !pointer.is_empty() => tree.at(pointer),
        _ => Some(tree),
    });
    let Some(found) = found else { return unknown() };
    let mut found = resolved(found, &file.path, all, depth, left);
    found.key.clone_from(&item.key);
    found
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
}
