//! From an edit to the bytes it changes, and for YAML and JSON to what the file must say afterwards.

use serde_json::Value as Json;

use super::locate::{self, Found, Part};
use super::render;
use super::{Edit, Refusal};
use crate::{File, Item, Value};

/// Bytes that are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

/// What a document must say afterwards: the document, and the change to make in it.
pub(super) struct Expected {
    pub(super) document: usize,
    pub(super) change: Change,
}

pub(super) enum Change {
    Set(Vec<Part>, Json),
    Add(Vec<Part>, String, Json),
    Remove(Vec<Part>),
}

/// The bytes that an edit of a file changes.
pub(super) fn of(edit: &Edit, file: &File) -> Result<(Splice, Option<Expected>), Refusal> {
    let text = file.text().ok_or(Refusal("the file is not text"))?;
    let lines = |start: usize, end: usize| (line_start(text, start), line_end(text, end));
    let splice = match edit {
        Edit::Replace { place, text: new } => {
            Splice { start: place.start, end: place.end, text: new.clone() }
        }
        Edit::InsertAfter { place, text: line } => {
            let at = line_end(text, place.end.max(place.start));
            let lead = if at > 0 && !text[..at].ends_with('\n') { "\n" } else { "" };
            Splice { start: at, end: at, text: format!("{lead}{line}\n") }
        }
        Edit::InsertBefore { place, text: line } => {
            let at = line_start(text, place.start);
            Splice { start: at, end: at, text: format!("{line}\n") }
        }
        Edit::RemoveLines { place } => {
            let (start, end) = lines(place.start, place.end.max(place.start));
            Splice { start, end, text: String::new() }
        }
        Edit::Set { place, value } => return set(file, text, place.start, place.end, value),
        Edit::Add { place, key, value } => return add(file, text, place.start, place.end, key, value),
        Edit::Remove { place } => return remove(file, text, place.start, place.end),
    };
    let fits = splice.start <= splice.end
        && text.is_char_boundary(splice.start)
        && text.is_char_boundary(splice.end)
        && splice.end <= text.len();
    if fits { Ok((splice, None)) } else { Err(Refusal("the place is not in the file")) }
}

type Made = Result<(Splice, Option<Expected>), Refusal>;

#[expect(clippy::unnecessary_wraps, reason = "what most edits end with")]
fn made(start: usize, end: usize, text: String, document: usize, change: Change) -> Made {
    Ok((Splice { start, end, text }, Some(Expected { document, change })))
}

const NOT_FOUND: Refusal = Refusal("the value is not in a document of its own");
const LAYOUT: Refusal = Refusal("its layout is one that this program does not edit");

/// The first document in which something is found, with its number.
fn seek<'a>(
    file: &'a File,
    look: impl Fn(&'a Item) -> Option<Found<'a>>,
) -> Result<(usize, Found<'a>), Refusal> {
    let found = file.trees().enumerate().find_map(|(at, root)| Some((at, look(root)?)));
    found.ok_or(NOT_FOUND)
}

fn set(file: &File, text: &str, start: usize, end: usize, value: &Json) -> Made {
    let (document, found) = seek(file, |root| locate::value(root, start, end, |_| true))?;
    let (path, item) = (found.path, found.item);
    let is_json = is_json(file);
    let inline = render::inline(value, is_json);
    let flow = text[start..].starts_with(['[', '{']);
    let change = Change::Set(path, value.clone());
    match &item.value {
        Value::Map(_) | Value::Seq(_) if !flow => {
            let key = item.key.as_ref().ok_or(LAYOUT)?;
            let colon = colon_after(text, key.end).ok_or(LAYOUT)?;
            made(
                colon + 1,
                start.max(colon + 1) + text[start..end].trim_end().len(),
                format!(" {inline}"),
                document,
                change,
            )
        }
        Value::Null if start == end => {
            let key = item.key.as_ref().ok_or(LAYOUT)?;
            let colon = colon_after(text, key.end).ok_or(LAYOUT)?;
            made(colon + 1, colon + 1, format!(" {inline}"), document, change)
        }
        // A block scalar's head is before its place.
        Value::String(_) if is_block_scalar(text, item) => Err(LAYOUT),
        Value::String(_) if value.is_string() && !is_json => {
            let quoted = match text[start..end].chars().next() {
                Some('"') => value.to_string(),
                Some('\'') => format!("'{}'", value.as_str().unwrap_or_default().replace('\'', "''")),
                _ => inline,
            };
            made(start, end, quoted, document, change)
        }
        _ => made(start, end, inline, document, change),
    }
}

fn add(file: &File, text: &str, start: usize, end: usize, key: &str, value: &Json) -> Made {
    let (document, found) = seek(file, |root| {
        locate::value(root, start, end, |value| matches!(value, Value::Map(_) | Value::Null))
    })?;
    let (path, item) = (found.path, found.item);
    let change = Change::Add(path, key.to_owned(), value.clone());
    let is_json = is_json(file);
    let last = item.as_map().and_then(|map| map.values().last());
    if text[start..].starts_with('{') {
        let entry = if is_json {
            format!("{}: {}", Json::from(key), render::inline(value, true))
        } else {
            let object = Json::Object([(key.to_owned(), value.clone())].into_iter().collect());
            let inline = render::inline(&object, false);
            inline.trim_start_matches("{ ").trim_end_matches(" }").to_owned()
        };
        let Some(last) = last else {
            return made(start, end, format!("{{ {entry} }}"), document, change);
        };
        let at = last.place.end.max(last.key_place().end);
        // In a file laid out over lines, the entry gets its own.
        let before = line_start(text, last.key_place().start);
        let pad = &text[before..last.key_place().start];
        let gap = if pad.trim().is_empty() && before > start { format!("\n{pad}") } else { " ".to_owned() };
        return made(at, at, format!(",{gap}{entry}"), document, change);
    }
    match (&item.value, last) {
        (Value::Map(map), Some(last)) => {
            let first = map.values().next().and_then(|item| item.key.as_ref()).ok_or(LAYOUT)?;
            let indent = first.column.saturating_sub(1) as usize;
            let at = past_comments(text, line_end(text, content_end(text, last)), indent);
            let lead = if text[..at].ends_with('\n') { "" } else { "\n" };
            made(at, at, format!("{lead}{}", render::entry(key, value, indent)), document, change)
        }
        (Value::Null, _) if start == end => {
            let parent = item.key.as_ref().ok_or(LAYOUT)?;
            let at = line_end(text, parent.end);
            let lead = if text[..at].ends_with('\n') { "" } else { "\n" };
            let indent = parent.column.saturating_sub(1) as usize + 2;
            made(at, at, format!("{lead}{}", render::entry(key, value, indent)), document, change)
        }
        _ => Err(LAYOUT),
    }
}

fn remove(file: &File, text: &str, start: usize, end: usize) -> Made {
    let (document, found) = seek(file, |root| locate::child(root, start, end))?;
    let (item, path) = (found.item, found.path);
    let parent = found.parent.ok_or(NOT_FOUND)?;
    let siblings: Vec<&Item> = match &parent.value {
        Value::Map(map) => map.values().collect(),
        Value::Seq(items) => items.iter().collect(),
        _ => return Err(NOT_FOUND),
    };
    let at = siblings.iter().position(|sibling| std::ptr::eq(*sibling, item)).ok_or(NOT_FOUND)?;
    let begin = |item: &Item| item.key_place().start;
    let change = Change::Remove(path.clone());
    let flow = matches!(text.as_bytes().get(parent.place.start), Some(b'[' | b'{'));
    if flow {
        let (from, to) = match (at.checked_sub(1).map(|before| siblings[before]), siblings.get(at + 1)) {
            (_, Some(next)) => (begin(item), begin(next)),
            (Some(previous), None) => (content_end(text, previous), content_end(text, item)),
            (None, None) => (parent.place.start + 1, parent.place.end.saturating_sub(1)),
        };
        return made(from, to.max(from), String::new(), document, change);
    }
    if siblings.len() == 1 {
        // A block collection cannot be empty.
        let (empty, none) = match parent.value {
            Value::Seq(_) => ("[]", Json::Array(Vec::new())),
            _ => ("{}", Json::Object(serde_json::Map::new())),
        };
        let mut parents = path;
        parents.pop();
        let Some(key) = &parent.key else { return Err(LAYOUT) };
        let colon = colon_after(text, key.end).ok_or(LAYOUT)?;
        let end = content_end(text, item);
        return made(colon + 1, end, format!(" {empty}"), document, Change::Set(parents, none));
    }
    let first = dash_or_key(text, item, matches!(parent.value, Value::Seq(_))).ok_or(LAYOUT)?;
    let line = line_start(text, first);
    if text[line..first].trim().is_empty() {
        return made(line, line_end(text, content_end(text, item)), String::new(), document, change);
    }
    // `- key: value`, the first of several keys: what follows takes its place.
    match siblings.get(at + 1) {
        Some(next) if at == 0 => made(begin(item), begin(next), String::new(), document, change),
        _ => Err(LAYOUT),
    }
}

/// Where an item of a block list really begins, at its dash; an entry begins at its key.
fn dash_or_key(text: &str, item: &Item, in_list: bool) -> Option<usize> {
    if !in_list {
        return Some(item.key_place().start);
    }
    let before = text[..item.place.start].trim_end_matches([' ', '\t']);
    before.ends_with('-').then(|| before.len() - 1)
}

/// Just after the last byte of a value, without the space after it.
fn content_end(text: &str, item: &Item) -> usize {
    let key_end = item.key.as_ref().map_or(0, |key| colon_after(text, key.end).map_or(key.end, |at| at + 1));
    let own = item.place.start.min(text.len())..item.place.end.min(text.len());
    let trimmed = item.place.start + text.get(own).unwrap_or_default().trim_end().len();
    let deepest = match &item.value {
        Value::Map(map) => map.values().map(|item| content_end(text, item)).max(),
        Value::Seq(items) => items.iter().map(|item| content_end(text, item)).max(),
        _ => None,
    };
    trimmed.max(key_end).max(deepest.unwrap_or(0))
}

fn is_block_scalar(text: &str, item: &Item) -> bool {
    let Some(key) = &item.key else { return false };
    let head = text.get(key.end..item.place.start).unwrap_or_default();
    head.trim_start_matches([':', ' ', '"', '\'']).starts_with(['|', '>'])
}

fn colon_after(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let colon = rest.find(':')?;
    rest[..colon].chars().all(|c| c == ' ' || c == '"' || c == '\'').then_some(at + colon)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].rfind('\n').map_or(0, |at| at + 1)
}

/// Just after the end of the line, its line feed included.
fn line_end(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// Behind the lines of comment at a line's start that are deeper than an indent: they are about what is before them.
fn past_comments(text: &str, mut at: usize, indent: usize) -> usize {
    loop {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or_default();
        let comment = line.trim_start_matches(' ');
        if !comment.starts_with('#') || line.len() - comment.len() <= indent {
            return at;
        }
        at = end;
    }
}

fn is_json(file: &File) -> bool {
    file.path.to_ascii_lowercase().ends_with(".json")
}
