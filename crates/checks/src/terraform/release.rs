//! Charts that Terraform installs.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Block;
use crate::helm::{self, Chart, Published};
use crate::kube::Object;
use crate::repo::Files;
use crate::{Item, Value};

/// How deep a name of `set` goes.
const DEPTH: usize = 16;
/// How deep a document in a text nests, at least as deep as the reader of YAML goes.
const NESTED: usize = 200;

/// What a release makes, if its chart is here or the portal's own.
pub(super) fn objects(files: &Files, charts: &[Chart], block: &Block, folder: &Arc<str>) -> Vec<Object> {
    let mut values = Item::new(Value::Map(IndexMap::new()), block.place.clone());
    for part in block.at("values").map(Item::items).unwrap_or_default() {
        match &part.value {
            Value::Map(_) => helm::merge(&mut values, part),
            Value::String(_) => {
                for root in documents(files, part) {
                    helm::merge(&mut values, &root);
                }
            }
            _ => {}
        }
    }
    for set in ["set", "set_sensitive"].iter().filter_map(|name| block.at(name)).flat_map(Item::one_or_many) {
        if let (Some(name), Some(value)) = (set.get("name").and_then(Item::as_str), set.get("value")) {
            put(&mut values, name, value);
        }
    }
    let Some(chart) = block.at("chart").and_then(Item::as_str) else { return Vec::new() };
    let from = block.at("repository").and_then(Item::as_str).unwrap_or_default();
    if Published::is(from, chart) {
        return Published { values: &values, unit: folder, place: &block.place }.objects();
    }
    let wanted = chart.trim_end_matches('/').rsplit('/').next().unwrap_or(chart);
    let own = charts.iter().find(|own| own.is_called(wanted));
    own.map_or_else(Vec::new, |own| helm::release(files, charts, own, &values, folder))
}

/// Puts a value where the name of a `set` says: `a.b\.c.d`. Lists are not followed.
fn put(values: &mut Item, name: &str, value: &Item) {
    let mut parts = vec![String::new()];
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        let Some(last) = parts.last_mut() else { return };
        match c {
            '\\' => last.extend(chars.next()),
            '.' => parts.push(String::new()),
            '[' | '{' => return,
            _ => last.push(c),
        }
    }
    if parts.len() > DEPTH {
        return;
    }
    let mut item = value.clone();
    for part in parts.into_iter().rev() {
        let place = item.place.clone();
        let mut map = IndexMap::new();
        map.insert(Arc::from(part), item);
        item = Item::new(Value::Map(map), place);
    }
    helm::merge(values, &item);
}

/// The documents of a text that is written as it is in a file.
pub(crate) fn documents(files: &Files, text: &Item) -> Vec<Item> {
    let Some(source) = files.get(&text.place.path).and_then(crate::File::text) else { return Vec::new() };
    let Some(written) = source.get(text.place.start..text.place.end) else { return Vec::new() };
    // Behind the line of `<<EOT`, up to that of `EOT`; all before is blank, so that places are those of the file.
    let (Some(first), Some(last)) = (written.find('\n'), written.trim_end().rfind('\n')) else {
        return Vec::new();
    };
    let Some(inside) = written.get(first + 1..=last) else { return Vec::new() };
    if !written.starts_with("<<") || inside.contains("%{") {
        return Vec::new();
    }
    let blank: String =
        source[..=text.place.start + first].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
    let padded = format!("{}\n{inside}", &blank[..blank.len() - 1]);
    let limits = untrusted::yaml::Limits::default();
    let Ok(documents) = untrusted::yaml::documents(padded.as_bytes(), &limits) else { return Vec::new() };
    documents
        .filter_map(|document| document.content.ok().flatten())
        .map(|node| {
            let mut root = Item::of(&text.place.path, &node);
            forget(&mut root, 0);
            root
        })
        .collect()
}

/// Makes texts unknown that Terraform fills in.
fn forget(item: &mut Item, depth: usize) {
    match &mut item.value {
        Value::String(text) if text.contains("${") => item.value = Value::Unknown(Arc::clone(text)),
        Value::Map(map) if depth < NESTED => map.values_mut().for_each(|item| forget(item, depth + 1)),
        Value::Seq(items) if depth < NESTED => items.iter_mut().for_each(|item| forget(item, depth + 1)),
        _ => {}
    }
}
