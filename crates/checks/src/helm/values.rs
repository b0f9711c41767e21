//! The values that a chart is rendered with.

use std::sync::Arc;

use indexmap::IndexMap;

use super::functions::CLUSTER;
use super::value::measure;
use super::{Chart, value};
use crate::repo::Files;
use crate::{File, Item, Value};

/// The longest values file.
const BYTES: usize = 256 << 10;
/// How many files of values beside a chart's own are tried.
const FILES: usize = 6;

/// One set of values.
#[derive(Clone, Debug)]
pub(super) struct Values {
    /// All of them, in order of reading.
    pub root: Item,
    /// The file over the chart's own, if there is one.
    pub over: Option<Arc<str>>,
}

/// The sets that a chart is rendered with: its own, and each file beside it over its own.
pub(super) fn sets(files: &Files, chart: &Chart) -> Vec<Values> {
    let own = chart.file(files, "values.yaml").or_else(|| chart.file(files, "values.yml"));
    let empty = || Item::new(Value::Map(IndexMap::new()), chart.place.clone());
    let base = own.and_then(tree).unwrap_or_else(empty);
    let mut sets = vec![Values { root: base.clone(), over: None }];
    let beside =
        files.under(&chart.folder).filter(|file| file.folder() == &*chart.folder && is_over(file.name()));
    for file in beside.take(FILES) {
        let Some(tree) = tree(file) else { continue };
        let mut root = base.clone();
        merge(&mut root, &tree, value::DEPTH);
        sets.push(Values { root, over: Some(Arc::clone(&file.path)) });
    }
    sets
}

fn tree(file: &File) -> Option<Item> {
    let text = file.text().filter(|text| text.len() <= BYTES && !text.contains("${{"))?;
    let tree = file.tree().filter(|tree| tree.as_map().is_some() && !text.is_empty())?;
    // Aliases may make much of little.
    (measure(tree).0 <= BYTES).then(|| tree.clone())
}

/// `values-prod.yaml`, `values.prod.yaml`, `prod-values.yaml`, `prod.values.yaml`.
fn is_over(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else { return false };
    let is_part = |part: &str| matches!(part, "values");
    let mut parts = stem.split(['-', '.', '_']);
    stem.len() > "values".len()
        && (parts.clone().next().is_some_and(is_part) || parts.next_back().is_some_and(is_part))
}

/// Maps key by key; anything else is replaced; null removes.
pub(super) fn merge(under: &mut Item, over: &Item, depth: usize) {
    if let (Value::Map(old), Value::Map(new)) = (&mut under.value, &over.value) {
        for (key, item) in new {
            match old.get_mut(key) {
                Some(_) if item.is_null() => {
                    old.shift_remove(key);
                }
                Some(present) if depth > 0 && present.as_map().is_some() && item.as_map().is_some() => {
                    merge(present, item, depth - 1);
                    // What is made of both is what the later file makes of it.
                    present.place = item.place.clone();
                    present.key.clone_from(&item.key);
                }
                Some(present) => {
                    let mut item = item.clone();
                    let before = std::mem::replace(present, Item::new(Value::Null, item.place.clone()));
                    item.overrode.push(before);
                    *present = item;
                }
                None => {
                    old.insert(Arc::clone(key), item.clone());
                }
            }
        }
    }
}

/// The values of a chart inside another: its own, then what the outer one says for it.
pub(super) fn for_inner(own: &Item, outer: &Item, name: &str) -> Item {
    let mut root = own.clone();
    if let Some(section) = outer.get(name) {
        merge(&mut root, section, value::DEPTH);
    }
    if let (Value::Map(map), Some(global)) = (&mut root.value, outer.get("global")) {
        match map.get_mut("global") {
            Some(present) => merge(present, global, value::DEPTH),
            None => {
                map.insert(Arc::from("global"), global.clone());
            }
        }
    }
    root
}

/// What templates see: values, chart, release, cluster.
pub(super) fn root(chart: &Chart, release: &str, template: &str, values: Item) -> Item {
    let place = &chart.place;
    let map = |entries: Vec<(&str, Item)>| {
        let entries = entries.into_iter().map(|(key, item)| (Arc::from(key), item));
        Item::new(Value::Map(entries.collect()), place.clone())
    };
    let text = |text: &str| Item::new(Value::String(Arc::from(text)), place.clone());
    let flag = |flag: bool| Item::new(Value::Bool(flag), place.clone());
    let unknown = |text: &str| Item::new(Value::Unknown(Arc::from(text)), place.clone());
    let about = chart.about.entries().map(|(key, item)| (Arc::from(capital(key)), item.clone())).collect();
    let version = map(vec![
        ("Version", text(CLUSTER)),
        ("GitVersion", text(CLUSTER)),
        ("Major", text("1")),
        ("Minor", text("34")),
    ]);
    map(vec![
        ("Values", values),
        ("Chart", Item::new(Value::Map(about), place.clone())),
        (
            "Release",
            map(vec![
                ("Name", text(release)),
                ("Namespace", unknown(".Release.Namespace")),
                ("Service", text("Helm")),
                ("Revision", text("1")),
                ("IsInstall", flag(true)),
                ("IsUpgrade", flag(false)),
            ]),
        ),
        (
            "Capabilities",
            map(vec![("KubeVersion", version), ("APIVersions", unknown(".Capabilities.APIVersions"))]),
        ),
        ("Files", unknown(".Files")),
        (
            "Template",
            map(vec![("Name", text(template)), ("BasePath", text(&format!("{}/templates", chart.name)))]),
        ),
    ])
}

fn capital(key: &str) -> String {
    let mut chars = key.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// Whether values switch a chart off that another depends on: `condition` of the dependency.
pub(super) fn is_off(outer: &Chart, values: &Item, name: &str) -> bool {
    let dependencies = outer.about.get("dependencies").map(Item::items).unwrap_or_default();
    let dependency = dependencies.iter().find(|item| {
        let is = |key: &str| item.get(key).and_then(Item::as_str) == Some(name);
        is("name") || is("alias")
    });
    let conditions =
        dependency.and_then(|item| item.get("condition")).and_then(Item::as_str).unwrap_or_default();
    let first = conditions.split(',').find_map(|path| values.at(path.trim()));
    first.is_some_and(|item| matches!(item.value, Value::Bool(false)))
}
