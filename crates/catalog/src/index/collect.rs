//! The rows of one key while bodies are read, and the column they become.
//!
//! Bodies are read in a few batches. After each, its rows are sorted and packed, and at the end the
//! packed parts are merged: so what is needed for a while is small beside what is kept.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::block::{Block, Reader, Writer, narrow};
use super::column::Column;
use super::fold::fold;
use super::posting::Slot;
use super::rows::Place;
use super::slots::Kept;
use super::table::Table;

/// From so many rows on it is worth asking whether values repeat.
const ENOUGH_TO_TELL: usize = 1024;

/// Rows of one key so far.
pub(super) struct Collected<'b> {
    pub(super) table: Table,
    pub(super) key: Arc<str>,
    /// Values as written, numbered.
    values: HashMap<Cow<'b, str>, u32>,
    /// Value number and slot, in the order found.
    rows: Vec<(u32, Slot)>,
    /// Rows found after it turned out that most values occur once: those are not worth numbering.
    loose: Vec<Loose>,
    /// Texts of loose rows that do not stand in a body as they are.
    owned: Vec<String>,
    nulls: RoaringBitmap,
    irregular: RoaringBitmap,
    annotation: Option<Arc<str>>,
    /// The value found last: entities that stand together often share it.
    last: Option<(Cow<'b, str>, u32)>,
    /// Slots of the rows of earlier batches, and those rows, packed.
    exists: RoaringBitmap,
    parts: Vec<Vec<Arc<Block>>>,
}

/// A row whose text is this part of its entity's body, or, without a length, one of the owned ones.
struct Loose {
    slot: Slot,
    start: u32,
    len: Option<std::num::NonZeroU32>,
}

/// A value and which of `Rows::order` are its rows.
struct Spelled<'t> {
    /// `None` where it is the same as the original.
    folded: Option<String>,
    original: &'t str,
    rows: std::ops::Range<usize>,
}

impl<'t> Spelled<'t> {
    fn new(original: &'t str, rows: std::ops::Range<usize>) -> Self {
        let folded = match fold(original) {
            Cow::Borrowed(_) => None,
            Cow::Owned(folded) => Some(folded),
        };
        Self { folded, original, rows }
    }

    fn folded(&self) -> &str {
        self.folded.as_deref().unwrap_or(self.original)
    }

    fn key(&self) -> (&str, &str) {
        (self.folded(), self.original)
    }
}

impl<'b> Collected<'b> {
    pub(super) fn new(table: Table, key: Arc<str>) -> Self {
        Self {
            table,
            key,
            values: HashMap::new(),
            rows: Vec::new(),
            loose: Vec::new(),
            owned: Vec::new(),
            nulls: RoaringBitmap::new(),
            irregular: RoaringBitmap::new(),
            annotation: None,
            last: None,
            exists: RoaringBitmap::new(),
            parts: Vec::new(),
        }
    }

    /// Adds a null row.
    pub(super) fn add_null(&mut self, slot: Slot) {
        self.nulls.insert(slot);
    }

    /// Adds a row. Slots must not go down.
    pub(super) fn add(&mut self, slot: Slot, body: &str, value: Cow<'b, str>) {
        if let Some((last, number)) = &self.last
            && *last == value
        {
            self.rows.push((*number, slot));
            return;
        }
        let repeats = self.rows.len() < ENOUGH_TO_TELL || self.values.len() * 2 < self.rows.len();
        if repeats && self.loose.is_empty() {
            let next = narrow(self.values.len());
            let number = *self.values.entry(value.clone()).or_insert(next);
            self.last = Some((value, number));
            self.rows.push((number, slot));
            return;
        }
        self.last = None;
        let loose = match value {
            Cow::Borrowed(text) => {
                // Where the text stands in the body it was borrowed from.
                let start = (text.as_ptr() as usize).wrapping_sub(body.as_ptr() as usize);
                let here = body.get(start..).is_some_and(|rest| rest.starts_with(text));
                let len = std::num::NonZeroU32::new(narrow(text.len())).filter(|_| here);
                len.map(|len| Loose { slot, start: narrow(start), len: Some(len) }).ok_or(text.to_owned())
            }
            Cow::Owned(text) => Err(text),
        };
        self.loose.push(loose.unwrap_or_else(|text| {
            self.owned.push(text);
            Loose { slot, start: narrow(self.owned.len() - 1), len: None }
        }));
    }

    /// The same for a text that does not live as long as the bodies.
    pub(super) fn add_text(&mut self, slot: Slot, value: &str) {
        match self.values.get(value) {
            Some(&number) if self.loose.is_empty() => self.rows.push((number, slot)),
            _ => self.add(slot, "", Cow::Owned(value.to_owned())),
        }
    }

    /// Keeps track of whether the rows tell the annotation of this name exactly.
    pub(super) fn note_place(&mut self, slot: Slot, place: Place<'_>, null: bool) {
        let regular = match place {
            Place::Annotation(name) => **self.annotation.get_or_insert_with(|| name.into()) == *name && !null,
            Place::Plain | Place::Item => false,
        };
        if !regular {
            self.irregular.insert(slot);
        }
    }

    /// Ends a batch: sorts and packs its rows.
    pub(super) fn seal(&mut self, kept: &[Kept]) {
        let slots: Vec<Slot> =
            self.rows.iter().map(|(_, slot)| *slot).chain(self.loose.iter().map(|row| row.slot)).collect();
        if slots.is_empty() {
            return;
        }
        self.exists |= ascending(slots.iter().copied());
        let blocks = self.packed(kept, &slots);
        self.parts.push(blocks);
        self.last = None;
        self.values.clear();
        self.rows.clear();
        self.loose.clear();
        self.owned.clear();
    }

    fn packed(&self, kept: &[Kept], slots: &[Slot]) -> Vec<Arc<Block>> {
        let (order, spelled) = if self.loose.is_empty() { self.by_number() } else { self.by_text(kept) };
        // Attributes are exact: every spelling of theirs counts.
        let rows_fold = matches!(self.table, Table::Plain | Table::Item);
        let mut writer = Writer::default();
        let mut own: Vec<Slot> = Vec::new();
        for group in spelled.chunk_by(|a, b| a.folded() == b.folded()) {
            let shadowed = match group {
                [_] => Vec::new(),
                group if rows_fold => shadowed(group, &order, slots),
                _ => Vec::new(),
            };
            for value in group {
                own.clear();
                let rows = order[value.rows.clone()].iter();
                let counted = rows.filter(|row| shadowed.binary_search(row).is_err());
                own.extend(counted.map(|row| slots[*row as usize]));
                own.dedup();
                if !own.is_empty() {
                    writer.push(value.folded(), value.original, &own);
                }
            }
        }
        writer.finish()
    }

    /// The column of all batches, which must be sealed.
    pub(super) fn finish(self) -> Column {
        let Self { mut parts, exists, nulls, irregular, annotation, .. } = self;
        let blocks = if parts.len() > 1 { merged(&parts) } else { parts.pop().unwrap_or_default() };
        Column::new(blocks, exists | &nulls, nulls, irregular, annotation)
    }

    /// Positions of rows grouped by value, and the values in order.
    fn by_number(&self) -> (Vec<u32>, Vec<Spelled<'_>>) {
        let mut starts = vec![0_usize; self.values.len() + 1];
        for (number, _) in &self.rows {
            starts[*number as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![0_u32; self.rows.len()];
        for (position, (number, _)) in self.rows.iter().enumerate() {
            let at = &mut next[*number as usize];
            order[*at] = narrow(position);
            *at += 1;
        }
        let mut spelled: Vec<Spelled<'_>> = self
            .values
            .iter()
            .map(|(text, number)| Spelled::new(text, starts[*number as usize]..starts[*number as usize + 1]))
            .collect();
        spelled.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
        (order, spelled)
    }

    /// The same by sorting all rows: most values occur once.
    fn by_text<'t>(&'t self, kept: &'t [Kept]) -> (Vec<u32>, Vec<Spelled<'t>>) {
        let mut texts: Vec<&str> = vec![""; self.values.len()];
        for (text, number) in &self.values {
            texts[*number as usize] = text;
        }
        let numbered = self.rows.iter().map(|(number, _)| texts[*number as usize]);
        let loose = self.loose.iter().map(|row| match row.len {
            Some(len) => {
                let start = row.start as usize;
                &kept[row.slot as usize].body[start..start + len.get() as usize]
            }
            None => &self.owned[row.start as usize],
        });
        let mut rows: Vec<Spelled<'_>> = numbered
            .chain(loose)
            .enumerate()
            .map(|(position, text)| Spelled::new(text, position..position + 1))
            .collect();
        // Stable, so that rows of one value stay in the order found.
        rows.sort_by(|a, b| a.key().cmp(&b.key()));
        let order = rows.iter().map(|row| narrow(row.rows.start)).collect();
        for (place, row) in rows.iter_mut().enumerate() {
            row.rows = place..place + 1;
        }
        rows.dedup_by(|row, value| {
            let same = row.original == value.original;
            if same {
                value.rows.end = row.rows.end;
            }
            same
        });
        (order, rows)
    }
}

/// Merges packed parts, whose slots go up from part to part.
fn merged(parts: &[Vec<Arc<Block>>]) -> Vec<Arc<Block>> {
    let mut streams: Vec<Stream<'_>> = parts.iter().map(|part| Stream::new(part)).collect();
    streams.retain_mut(Stream::advance);
    let mut writer = Writer::default();
    let (mut folded, mut original) = (String::new(), String::new());
    let mut slots: Vec<Slot> = Vec::new();
    while let Some(least) = streams.iter().min_by(|a, b| a.key().cmp(&b.key())) {
        folded.clear();
        folded.push_str(&least.folded);
        original.clear();
        original.push_str(&least.original);
        slots.clear();
        // In the order of parts, so that slots stay ascending.
        streams.retain_mut(|stream| {
            if stream.folded != folded || stream.original != original {
                return true;
            }
            slots.append(&mut stream.slots);
            stream.advance()
        });
        writer.push(&folded, &original, &slots);
    }
    writer.finish()
}

/// Reads a part value by value.
struct Stream<'a> {
    rest: std::slice::Iter<'a, Arc<Block>>,
    reader: Option<Reader<'a>>,
    folded: String,
    original: String,
    slots: Vec<Slot>,
}

impl<'a> Stream<'a> {
    fn new(part: &'a [Arc<Block>]) -> Self {
        let (folded, original) = (String::new(), String::new());
        Self { rest: part.iter(), reader: None, folded, original, slots: Vec::new() }
    }

    fn key(&self) -> (&str, &str) {
        (&self.folded, &self.original)
    }

    /// Goes to the next value, if there is one.
    fn advance(&mut self) -> bool {
        loop {
            if let Some(entry) = self.reader.as_mut().and_then(Reader::next) {
                self.folded.clear();
                self.folded.push_str(entry.text());
                self.original.clear();
                entry.write_original(&mut self.original);
                self.slots.clear();
                entry.posting.extend(&mut self.slots);
                return true;
            }
            match self.rest.next() {
                Some(block) => self.reader = Some(block.reader()),
                None => return false,
            }
        }
    }
}

/// Rows that repeat a value of their own entity in another spelling: the first spelling counts.
fn shadowed(group: &[Spelled<'_>], order: &[u32], slots: &[Slot]) -> Vec<u32> {
    let mut all: Vec<(Slot, u32, usize)> = Vec::new();
    for (number, value) in group.iter().enumerate() {
        all.extend(order[value.rows.clone()].iter().map(|row| (slots[*row as usize], *row, number)));
    }
    all.sort_unstable();
    let mut shadowed: Vec<u32> = all
        .chunk_by(|a, b| a.0 == b.0)
        .flat_map(|rows| rows.iter().filter(|row| row.2 != rows[0].2))
        .map(|(_, row, _)| *row)
        .collect();
    shadowed.sort_unstable();
    shadowed
}

fn ascending(slots: impl Iterator<Item = Slot>) -> RoaringBitmap {
    let mut last = None;
    let distinct = slots.filter(|slot| last.replace(*slot) != Some(*slot));
    RoaringBitmap::from_sorted_iter(distinct).expect("entities are read in the order of their slots")
}
