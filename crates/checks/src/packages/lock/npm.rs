//! npm's lock files. Of version 2 and 3 the `packages` are read, of version 1 the nested `dependencies`.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Locked, Read, version};
use crate::Place;

/// How deep `dependencies` may nest.
const MAX_DEPTH: usize = 16;

#[derive(Deserialize)]
struct Top<'a> {
    #[serde(borrow, default)]
    packages: Entries<'a>,
    #[serde(borrow, default)]
    dependencies: Entries<'a>,
}

/// The entries of a map as they are written, in order.
#[derive(Default)]
struct Entries<'a>(Vec<(&'a RawValue, String)>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    name: Option<String>,
    version: Option<String>,
    resolved: Option<String>,
    integrity: Option<IgnoredAny>,
    has_install_script: Option<bool>,
    #[serde(default)]
    link: bool,
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut all = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
                    all.push((value, key));
                }
                Ok(Entries(all))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

pub(super) fn read(path: &Arc<str>, text: &str) -> Read {
    let mut reader = Reader { path, text, read: Read::default(), at: 0, line: 1 };
    match serde_json::from_str::<Top<'_>>(text) {
        Ok(top) if !top.packages.0.is_empty() => {
            for (raw, key) in &top.packages.0 {
                reader.package(key, raw);
            }
        }
        Ok(top) => reader.nested("", &top.dependencies, 0),
        Err(error) => reader.read.incomplete = Some(format!("it is not JSON as npm writes it: {error}")),
    }
    reader.read
}

struct Reader<'a> {
    path: &'a Arc<str>,
    text: &'a str,
    read: Read,
    /// How far lines are counted.
    at: usize,
    line: u32,
}

impl<'a> Reader<'a> {
    fn package(&mut self, key: &str, raw: &'a RawValue) {
        let Ok(entry) = serde_json::from_str::<Entry<'_>>(raw.get()) else { return };
        // Without `node_modules` it is a folder of this repository; a link points at one.
        let Some((_, installed)) = key.rsplit_once("node_modules/") else { return };
        if !entry.link {
            let name = entry.name.clone().unwrap_or_else(|| installed.to_owned());
            self.push(&name, key, raw, &entry);
        }
    }

    fn nested(&mut self, above: &str, entries: &Entries<'a>, depth: usize) {
        if depth > MAX_DEPTH {
            self.read.incomplete.get_or_insert_with(|| "it nests too deep".to_owned());
            return;
        }
        for (raw, name) in &entries.0 {
            let Ok(entry) = serde_json::from_str::<Entry<'_>>(raw.get()) else { continue };
            let key = format!("{above}node_modules/{name}");
            let below =
                entry.dependencies.and_then(|raw| serde_json::from_str::<Entries<'_>>(raw.get()).ok());
            self.push(name, &key, raw, &entry);
            if let Some(below) = below {
                self.nested(&format!("{key}/"), &below, depth + 1);
            }
        }
    }

    fn push(&mut self, name: &str, key: &str, raw: &'a RawValue, entry: &Entry<'_>) {
        let place = self.place(raw);
        self.read.push(Locked {
            name: Arc::from(name),
            version: entry.version.as_deref().and_then(version),
            descriptors: vec![Arc::from(key)],
            resolved: entry.resolved.as_deref().or(elsewhere(entry.version.as_deref())).map(Arc::from),
            has_hash: entry.integrity.is_some(),
            has_install_script: entry.has_install_script,
            place,
        });
    }

    /// The place of a part of the text: where its `{` is. Parts come in order, so that lines are counted once.
    fn place(&mut self, raw: &'a RawValue) -> Place {
        let start = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let start = start.min(self.text.len());
        let bytes = self.text.as_bytes();
        if let Some(between) = bytes.get(self.at..start) {
            let lines = memchr::memchr_iter(b'\n', between).count();
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.at = start;
        }
        let line_start =
            bytes.get(..start).and_then(|all| memchr::memrchr(b'\n', all)).map_or(0, |at| at + 1);
        let column = u32::try_from(start - line_start + 1).unwrap_or(u32::MAX);
        Place { path: Arc::clone(self.path), line: self.line, column, start, end: start + 1 }
    }
}

/// In version 1, what is not from a registry has its address as its version.
fn elsewhere(version: Option<&str>) -> Option<&str> {
    version.filter(|version| version.contains(':'))
}
