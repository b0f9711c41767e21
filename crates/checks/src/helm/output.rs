//! From what a template wrote back to where it was written.

use std::ops::Range;
use std::sync::Arc;

use untrusted::yaml::{self, Limits, Node, Span, Value as Yaml};

use super::text::{Empty, Origin, Piece, Text};
use crate::{Item, Place, Value};

/// Around the number of what is not known, in text that is read as YAML.
const OPEN: char = '\u{F8F0}';
const CLOSE: char = '\u{F8F1}';

/// A document that a template wrote.
pub(super) struct Document {
    pub root: Item,
    /// What decides whether it is there, where that is not known.
    pub condition: Option<Arc<str>>,
}

/// What a template wrote, as one text.
#[derive(Default)]
struct Flat {
    text: String,
    pieces: Vec<(Range<usize>, Origin)>,
    unknown: Vec<(Arc<str>, Place)>,
    grafts: Vec<(Range<usize>, Place, Option<Place>)>,
    conditions: Vec<(Range<usize>, Arc<str>)>,
    /// What was put in afterwards: where, and how many bytes.
    inserted: Vec<(usize, usize)>,
}

/// The documents that a template wrote, and whether that is all of them: those that are no YAML are left out.
pub(super) fn documents(written: &Text) -> (Vec<Document>, bool) {
    let has_empty = written.0.iter().any(|piece| matches!(piece, Piece::Empty(_)));
    let (all, is_whole) = read(written, has_empty);
    // What is left away may be written elsewhere too, and be there twice.
    if has_empty && !is_whole { read(written, false) } else { (all, is_whole) }
}

/// The same, with or without what is left away because it is empty.
fn read(written: &Text, with_empty: bool) -> (Vec<Document>, bool) {
    let mut flat = Flat::of(written, with_empty);
    flat.complete();
    let limits = Limits { bytes: 4 << 20, nodes: 50_000, documents: 500, ..Limits::default() };
    let Ok(documents) = yaml::documents(flat.text.as_bytes(), &limits) else { return (Vec::new(), false) };
    let mut is_whole = true;
    let all = documents
        .filter_map(|document| {
            is_whole &= document.content.is_ok();
            document.content.ok().flatten()
        })
        .filter(|node| node.as_map().is_some())
        .map(|node| Document { condition: flat.condition(&node), root: flat.item(&node) })
        .collect();
    (all, is_whole)
}

impl Flat {
    fn of(written: &Text, with_empty: bool) -> Self {
        let mut flat = Self::default();
        let mut grafts = Vec::new();
        let mut conditions = Vec::new();
        for piece in &written.0 {
            let start = flat.text.len();
            match piece {
                Piece::Text(text, origin) => {
                    // What looks like a number in brackets of ours is not.
                    flat.text
                        .extend(text.chars().map(|c| if matches!(c, OPEN | CLOSE) { '\u{FFFD}' } else { c }));
                    flat.pieces.push((start..flat.text.len(), origin.clone()));
                }
                Piece::Unknown(code, place) => {
                    let text = format!("{OPEN}{}{CLOSE}", flat.unknown.len());
                    flat.text.push_str(&text);
                    let origin =
                        Origin::Value { place: place.clone(), key: None, action: Some(place.clone()) };
                    flat.pieces.push((start..flat.text.len(), origin));
                    flat.unknown.push((Arc::clone(code), place.clone()));
                }
                Piece::Begin(place, key) => grafts.push((start, place, key)),
                Piece::End => {
                    if let Some((from, place, key)) = grafts.pop() {
                        flat.grafts.push((from..start, place.clone(), key.clone()));
                    }
                }
                Piece::Empty(empty) if with_empty => flat.put(empty),
                Piece::Empty(_) => {}
                Piece::If(code) => conditions.push((start, code)),
                Piece::EndIf => {
                    if let Some((from, code)) = conditions.pop() {
                        flat.conditions.push((from..start, Arc::clone(code)));
                    }
                }
            }
        }
        flat.grafts.sort_by_key(|(at, ..)| at.start);
        flat
    }

    /// Writes a key with its empty value on a line of its own.
    fn put(&mut self, empty: &Empty) {
        let line_break = if self.text.is_empty() || self.text.ends_with('\n') { "" } else { "\n" };
        let before = format!("{line_break}{}{}: ", " ".repeat(empty.indent.min(200)), empty.name);
        for (text, action) in [(before.as_str(), Some(empty.place.clone())), ("{}", None)] {
            let start = self.text.len();
            self.text.push_str(text);
            let origin = Origin::Value { place: empty.place.clone(), key: empty.key.clone(), action };
            self.pieces.push((start..self.text.len(), origin));
        }
    }

    /// Makes lines that are nothing but something unknown into entries, where YAML wants entries.
    fn complete(&mut self) {
        if self.unknown.is_empty() {
            return;
        }
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let indent = |line: &str| line.len() - line.trim_start().len();
        let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let near = |mut lines: Box<dyn Iterator<Item = &&str> + '_>| {
            lines.find(|line| !is_blank(line)).map(|line| (indent(line), line.trim().to_owned()))
        };
        let mut text = String::with_capacity(self.text.len());
        let mut inserted = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let alone = line.trim().strip_prefix(OPEN).and_then(|rest| rest.strip_suffix(CLOSE));
            if !alone.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
                text.push_str(line);
                continue;
            }
            let own = indent(line);
            let before = near(Box::new(lines[..at].iter().rev().take(200)));
            let after = near(Box::new(lines[at + 1..].iter().take(200)));
            let beside = |near: &Option<(usize, String)>, dash: bool| {
                near.as_ref().is_some_and(|(indent, text)| *indent == own && text.starts_with("- ") == dash)
            };
            let opens = before.as_ref().is_some_and(|(_, text)| text.ends_with(':'));
            let (pad, rest) = line.split_at(own);
            text.push_str(pad);
            let from = text.len();
            let placeholder = rest.trim_end();
            if (beside(&before, true) && !opens) || beside(&after, true) {
                text.push_str("- ");
                inserted.push((from, 2));
                text.push_str(rest);
            } else if beside(&after, false) || !opens {
                text.push_str(placeholder);
                inserted.push((text.len(), 2));
                text.push_str(": ");
                text.push_str(&rest[placeholder.len()..]);
            } else {
                text.push_str(rest);
            }
        }
        self.text = text;
        self.inserted = inserted;
    }

    /// Where a byte was before something was put in.
    fn before(&self, at: usize) -> usize {
        let moved: usize = self
            .inserted
            .iter()
            .take_while(|(from, _)| *from < at)
            .map(|(from, len)| (*len).min(at - from))
            .sum();
        at - moved
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.before(span.start.offset as usize)..self.before(span.end.offset as usize)
    }

    fn piece_at(&self, at: usize) -> Option<&(Range<usize>, Origin)> {
        let next = self.pieces.partition_point(|(range, _)| range.start <= at);
        self.pieces.get(next.checked_sub(1)?)
    }

    fn place(&self, range: &Range<usize>) -> Place {
        let Some((at, origin)) = self.piece_at(range.start) else { return Place::whole(&Arc::from("")) };
        match origin {
            Origin::Value { place, action, .. } => action.as_ref().unwrap_or(place).clone(),
            Origin::Source(source, from) => {
                let start = from + (range.start - at.start);
                let last = self.piece_at(range.end.saturating_sub(1).max(range.start));
                let end = match last {
                    Some((at, Origin::Source(other, from))) if other.path == source.path => {
                        from + (range.end - at.start)
                    }
                    _ => from + (at.end - at.start),
                };
                source.place(start, end.max(start))
            }
        }
    }

    /// The value that all of a scalar is, but for quotes around it.
    fn whole(&self, range: &Range<usize>) -> Option<(Place, Option<Place>)> {
        let first = self.pieces.partition_point(|(piece, _)| piece.end <= range.start);
        let mut found = None;
        for (piece, origin) in
            self.pieces.get(first..)?.iter().take_while(|(piece, _)| piece.start < range.end)
        {
            match origin {
                Origin::Value { place, key, .. } if found.is_none() => {
                    found = Some((place.clone(), key.clone()));
                }
                Origin::Value { .. } => return None,
                Origin::Source(source, from) => {
                    let cut = piece.start.max(range.start)..piece.end.min(range.end);
                    let text =
                        source.text.get(from + cut.start - piece.start..from + cut.end - piece.start)?;
                    if !matches!(text, "\"" | "'" | "") {
                        return None;
                    }
                }
            }
        }
        found
    }

    fn graft(&self, range: &Range<usize>) -> Option<(Place, Option<Place>)> {
        let from = self.grafts.partition_point(|(at, ..)| at.start < range.start);
        let candidates = self.grafts.get(from..)?.iter().take_while(|(at, ..)| at.start == range.start);
        let end = range.end;
        candidates
            .filter(|(at, ..)| self.text_before(at.end, end))
            .max_by_key(|(at, ..)| at.end)
            .map(|(_, place, key)| (place.clone(), key.clone()))
    }

    /// Whether nothing but white space is between two bytes.
    fn text_before(&self, from: usize, to: usize) -> bool {
        from >= to || self.pieces_text(from, to).chars().all(char::is_whitespace)
    }

    fn pieces_text(&self, from: usize, to: usize) -> &str {
        let after = |at: usize| {
            at + self
                .inserted
                .iter()
                .scan(0, |moved, (start, len)| {
                    let fits = start - *moved < at;
                    *moved += len;
                    fits.then_some(*len)
                })
                .sum::<usize>()
        };
        self.text.get(after(from)..after(to)).unwrap_or("?")
    }

    fn condition(&self, root: &Node) -> Option<Arc<str>> {
        let kind = root.as_map()?.iter().find(|entry| entry.key == "kind")?;
        let at = self.before(kind.key_span.start.offset as usize);
        let around = self.conditions.iter().filter(|(range, _)| range.contains(&at));
        around.max_by_key(|(range, _)| range.start).map(|(_, code)| Arc::clone(code))
    }

    fn item(&self, node: &Node) -> Item {
        let range = self.range(node.span);
        let (value, origin) = match &node.value {
            Yaml::Null => (Value::Null, self.whole(&range)),
            Yaml::Bool(flag) => (Value::Bool(*flag), self.whole(&range)),
            Yaml::Number(number) => (Value::Number(number.clone()), self.whole(&range)),
            Yaml::String(text) => {
                let value = self
                    .unknown(text)
                    .map_or_else(|| Value::String(Arc::from(text.as_str())), Value::Unknown);
                (value, self.whole(&range))
            }
            Yaml::Seq(items) => {
                let origin =
                    self.graft(&range).or_else(|| items.is_empty().then(|| self.whole(&range)).flatten());
                (Value::Seq(items.iter().map(|item| self.item(item)).collect()), origin)
            }
            Yaml::Map(entries) => {
                let origin =
                    self.graft(&range).or_else(|| entries.is_empty().then(|| self.whole(&range)).flatten());
                (self.map(entries), origin)
            }
        };
        let (place, key) = origin.unwrap_or_else(|| (self.place(&range), None));
        let mut item = Item::new(value, place);
        item.key = key;
        item
    }

    fn map(&self, entries: &[yaml::Entry]) -> Value {
        let unknown_key = |entry: &yaml::Entry| entry.key.contains(OPEN);
        if let [entry] = entries
            && unknown_key(entry)
            && entry.key.starts_with(OPEN)
            && entry.key.ends_with(CLOSE)
            && matches!(entry.value.value, Yaml::Null)
            && let Some(code) = self.unknown(&entry.key)
        {
            return Value::Unknown(code);
        }
        Value::Map(
            entries
                .iter()
                .map(|entry| {
                    let mut item = self.item(&entry.value);
                    let key = self.place(&self.range(entry.key_span));
                    // A value that was grafted keeps the key it has where it is written.
                    item.key.get_or_insert(key);
                    match self.unknown(&entry.key) {
                        Some(code) => {
                            item.value = Value::Unknown(code);
                            (Arc::from("?"), item)
                        }
                        None => (Arc::from(entry.key.as_str()), item),
                    }
                })
                .collect(),
        )
    }

    /// The expression that a text holds, with the text around it; none if all of it is known.
    fn unknown(&self, text: &str) -> Option<Arc<str>> {
        let (before, _) = text.split_once(OPEN)?;
        let mut all = before.to_owned();
        for part in text.split(OPEN).skip(1) {
            let (number, after) = part.split_once(CLOSE).unwrap_or((part, ""));
            let code = number.parse::<usize>().ok().and_then(|at| self.unknown.get(at));
            all.push_str("{{ ");
            all.push_str(code.map_or("", |(code, _)| code));
            all.push_str(" }}");
            all.push_str(after);
        }
        Some(Arc::from(all))
    }
}
