//! Fixes applied to the files they are for. Nothing is written here.
//!
//! INVARIANT: a changed file can be read if it could be before, and of a YAML or JSON file it is made sure that it
//! says what it said, but for the change. A fix for which that does not hold is refused, whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::locate::{self, Part};
use super::splice::{self, Change, Expected, Splice};
use super::{Fix, Kind, syntax};
use crate::repo::Files;
use crate::{Content, File};

/// Why a fix is not applied, as a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal(pub &'static str);

/// What files become.
#[derive(Debug, Default)]
pub struct Plan {
    /// Files that change, by path: their text before and after.
    pub changes: BTreeMap<Arc<str>, (Arc<str>, String)>,
    /// Which of the fixes are in it, by their position.
    pub applied: Vec<usize>,
    /// Which are not, and why. Those that overlap with one that is applied come next time.
    pub refused: Vec<(usize, Refusal)>,
}

/// Applies the wanted fixes that `most` includes, as many at once as do not overlap.
pub fn plan<'a>(files: &Files, wanted: impl IntoIterator<Item = &'a Fix>, most: Kind) -> Plan {
    let mut plan = Plan::default();
    let mut taken: BTreeMap<Arc<str>, Vec<Splice>> = BTreeMap::new();
    for (at, fix) in wanted.into_iter().enumerate() {
        let is_included = fix.kind == Kind::Safe || (fix.kind == Kind::Suggested && most == Kind::Suggested);
        if !is_included || fix.edits.is_empty() {
            continue;
        }
        match tried(files, fix, &taken) {
            Ok(splices) => {
                for (path, splice) in splices {
                    let all = taken.entry(path).or_default();
                    // The same change, asked for twice, is made once.
                    if !all.contains(&splice) {
                        all.push(splice);
                    }
                }
                plan.applied.push(at);
            }
            Err(refusal) => plan.refused.push((at, refusal)),
        }
    }
    for (path, splices) in taken {
        let Some(text) = files.get(&path).and_then(File::text) else { continue };
        plan.changes.insert(path, (Arc::from(text), spliced(text, &splices)));
    }
    plan
}

type Splices = Vec<(Arc<str>, Splice)>;

/// The changes of one fix, if they are good by themselves and along with those that were taken before.
fn tried(files: &Files, fix: &Fix, taken: &BTreeMap<Arc<str>, Vec<Splice>>) -> Result<Splices, Refusal> {
    let mut splices: Splices = Vec::new();
    let mut expected: BTreeMap<Arc<str>, Vec<Expected>> = BTreeMap::new();
    for edit in &fix.edits {
        let path = Arc::clone(&edit.place().path);
        let file = files.get(&path).ok_or(Refusal("the file is not there"))?;
        let (splice, says) = splice::of(edit, file)?;
        expected.entry(Arc::clone(&path)).or_default().extend(says);
        splices.push((path, splice));
    }
    for (path, says) in expected {
        let file = files.get(&path).ok_or(Refusal("the file is not there"))?;
        let text = file.text().ok_or(Refusal("the file is not text"))?;
        let own: Vec<Splice> =
            splices.iter().filter(|(of, _)| *of == path).map(|(_, splice)| splice.clone()).collect();
        if overlaps(&own) {
            return Err(Refusal("its changes overlap"));
        }
        let others = taken.get(&path).map(Vec::as_slice).unwrap_or_default();
        let mut all: Vec<Splice> = others.to_vec();
        all.extend(own.iter().filter(|splice| !others.contains(splice)).cloned());
        if overlaps(&all) {
            return Err(Refusal("it overlaps with another fix"));
        }
        syntax::check(&path, text).map_err(|_| Refusal("the file cannot be read as it is"))?;
        let alone = spliced(text, &own);
        syntax::check(&path, &alone).map_err(|_| Refusal("the file could not be read afterwards"))?;
        if !says.is_empty() && !holds(file, &alone, &says) {
            return Err(Refusal("the file would say something else besides"));
        }
        let together = spliced(text, &all);
        syntax::check(&path, &together)
            .map_err(|_| Refusal("the file could not be read along with another fix"))?;
        let removes = says.iter().any(|one| matches!(one.change, Change::Remove(_)));
        if removes && !others.is_empty() && leaves_nothing(file, &together) {
            return Err(Refusal("along with another fix it would leave a key without a value"));
        }
    }
    Ok(splices)
}

/// Whether the changed text says what the file said, but for the changes.
fn holds(file: &File, changed: &str, says: &[Expected]) -> bool {
    let mut documents: Vec<serde_json::Value> = file.trees().map(locate::json).collect();
    // Later items first, so that the paths of the others stay right.
    let mut order: Vec<&Expected> = says.iter().collect();
    order.sort_by_key(|one| {
        std::cmp::Reverse(match &one.change {
            Change::Remove(path) => (1, path_key(path)),
            Change::Set(path, _) | Change::Add(path, ..) => (2, path_key(path)),
        })
    });
    for Expected { document, change } in order {
        let Some(root) = documents.get_mut(*document) else { return false };
        if make(root, change).is_none() {
            return false;
        }
    }
    let after = File::new(&file.path, Content::Text(changed.into()));
    let read: Vec<serde_json::Value> = after.trees().map(locate::json).collect();
    read == documents
}

/// Whether some list or map that had something in it has become nothing at all: a key without a value, which means
/// something else than an empty one.
fn leaves_nothing(file: &File, changed: &str) -> bool {
    let after = File::new(&file.path, Content::Text(changed.into()));
    let mut documents = file.trees().map(locate::json).zip(after.trees().map(locate::json));
    documents.any(|(before, after)| is_left_empty(&before, &after))
}

fn is_left_empty(before: &serde_json::Value, after: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (before, after) {
        (Json::Object(map), Json::Null) => !map.is_empty(),
        (Json::Array(items), Json::Null) => !items.is_empty(),
        (Json::Object(before), Json::Object(after)) => before
            .iter()
            .any(|(key, before)| after.get(key).is_some_and(|after| is_left_empty(before, after))),
        // Where items were removed, it is not known which the others are.
        (Json::Array(before), Json::Array(after)) if before.len() == after.len() => {
            before.iter().zip(after).any(|(before, after)| is_left_empty(before, after))
        }
        _ => false,
    }
}

fn path_key(path: &[Part]) -> Vec<usize> {
    path.iter().map(|part| if let Part::At(at) = part { *at } else { 0 }).collect()
}

fn make(root: &mut serde_json::Value, change: &Change) -> Option<()> {
    match change {
        Change::Set(path, value) => *locate::at(root, path)? = value.clone(),
        Change::Add(path, key, value) => {
            let map = locate::at(root, path)?;
            if map.is_null() {
                *map = serde_json::Value::Object(serde_json::Map::new());
            }
            map.as_object_mut()?.insert(key.clone(), value.clone());
        }
        Change::Remove(path) => {
            let (last, parents) = path.split_last()?;
            let parent = locate::at(root, parents)?;
            match last {
                Part::Key(key) => drop(parent.as_object_mut()?.shift_remove(key)),
                Part::At(at) if *at < parent.as_array()?.len() => drop(parent.as_array_mut()?.remove(*at)),
                Part::At(_) => return None,
            }
        }
    }
    Some(())
}

fn overlaps(splices: &[Splice]) -> bool {
    let mut sorted: Vec<&Splice> = splices.iter().collect();
    sorted.sort_by_key(|splice| (splice.start, splice.end));
    sorted.windows(2).any(|pair| pair[1].start < pair[0].end)
}

fn spliced(text: &str, splices: &[Splice]) -> String {
    let mut sorted: Vec<(usize, &Splice)> = splices.iter().enumerate().collect();
    // Insertions at one point stay in the order in which they were asked for.
    sorted.sort_by_key(|(at, splice)| (splice.start, splice.end, *at));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (_, splice) in sorted {
        out.push_str(&text[done..splice.start]);
        out.push_str(&splice.text);
        done = splice.end;
    }
    out.push_str(&text[done..]);
    out
}

impl super::Edit {
    /// What it is about.
    pub fn place(&self) -> &crate::Place {
        match self {
            Self::Replace { place, .. }
            | Self::Set { place, .. }
            | Self::Add { place, .. }
            | Self::Remove { place }
            | Self::InsertAfter { place, .. }
            | Self::InsertBefore { place, .. }
            | Self::RemoveLines { place } => place,
        }
    }
}
