//! Builds all columns from all bodies at once: rows are collected as pairs of numbers, and each
//! column is sorted and packed when everything has been read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use model::{EntityRef, RefContext};
use roaring::RoaringBitmap;

use super::block::{Writer, narrow};
use super::column::Column;
use super::error::IndexError;
use super::fold::fold;
use super::posting::Slot;
use super::rows::{Attribute, Place, Row, Sink, flatten};
use super::slots::Kept;
use super::table::{ANNOTATIONS, TABLES, Table, Tables};

/// The columns of these entities, whose slots are their positions.
pub(super) fn build(kept: &[Kept]) -> Result<Tables, IndexError> {
    let mut builder = Builder::default();
    for (slot, kept) in kept.iter().enumerate() {
        builder.slot = narrow(slot);
        builder.system = None;
        flatten(&kept.body, &mut builder)
            .map_err(|source| IndexError::Body { entity_ref: kept.entity_ref.clone(), source })?;
        builder.add(Table::Kind, "", Cow::Borrowed(kept.entity_ref.kind()));
        builder.add(Table::Namespace, "", Cow::Borrowed(kept.entity_ref.namespace()));
        if let Some(system) = builder.system.take().and_then(|text| system_ref(&text, &kept.entity_ref)) {
            builder.add(Table::System, "", Cow::Owned(system.as_str().to_owned()));
        }
    }
    Ok(builder.finish())
}

/// `spec.system` as a ref.
pub(super) fn system_ref(text: &str, of: &EntityRef) -> Option<EntityRef> {
    let context = RefContext { kind: Some("system"), namespace: Some(of.namespace()) };
    EntityRef::parse(text, context).ok()
}

#[derive(Default)]
struct Builder<'b> {
    slot: Slot,
    system: Option<String>,
    keys: [HashMap<Arc<str>, usize>; TABLES],
    columns: Vec<Collected<'b>>,
}

/// Rows of one key so far.
struct Collected<'b> {
    table: Table,
    key: Arc<str>,
    /// Values as written, numbered.
    values: HashMap<Cow<'b, str>, u32>,
    /// Value number and slot, in the order found.
    rows: Vec<(u32, Slot)>,
    nulls: Vec<Slot>,
    irregular: Vec<Slot>,
    annotation: Option<Arc<str>>,
    /// The value found last: entities that stand together often share it.
    last: Option<(Cow<'b, str>, u32)>,
}

impl<'b> Builder<'b> {
    fn column(&mut self, table: Table, key: &str) -> &mut Collected<'b> {
        let known = self.keys[table as usize].get(key).copied();
        let at = known.unwrap_or_else(|| {
            let key: Arc<str> = key.into();
            self.keys[table as usize].insert(Arc::clone(&key), self.columns.len());
            self.columns.push(Collected {
                table,
                key,
                values: HashMap::new(),
                rows: Vec::new(),
                nulls: Vec::new(),
                irregular: Vec::new(),
                annotation: None,
                last: None,
            });
            self.columns.len() - 1
        });
        &mut self.columns[at]
    }

    fn add(&mut self, table: Table, key: &str, value: Cow<'b, str>) {
        let slot = self.slot;
        self.column(table, key).add(slot, value);
    }

    fn finish(self) -> Tables {
        drop(self.keys);
        let mut tables = Tables::default();
        for collected in self.columns {
            let (table, key) = (collected.table, Arc::clone(&collected.key));
            tables.set(table, &key, collected.finish());
        }
        tables
    }
}

impl<'b> Sink<'b> for Builder<'b> {
    fn row(&mut self, row: Row<'_, 'b>) {
        let slot = self.slot;
        let table = if row.place == Place::Item && row.value.is_some() { Table::Item } else { Table::Plain };
        let column = self.column(table, row.key);
        if row.key.starts_with(ANNOTATIONS) {
            column.note_place(slot, row.place, row.value.is_none());
        }
        match row.value {
            Some(value) => column.add(slot, value),
            None => column.nulls.push(slot),
        }
    }

    fn attribute(&mut self, attribute: Attribute<'_>) {
        let slot = self.slot;
        match attribute {
            Attribute::Owner(target) => {
                if let Ok(owner) = target.parse::<EntityRef>() {
                    self.column(Table::Owner, "").add_text(slot, owner.as_str());
                }
            }
            Attribute::Label(key, value) => self.column(Table::Label, key).add_text(slot, value),
            Attribute::Tag(tag) => self.column(Table::Tag, "").add_text(slot, tag),
            Attribute::Type(text) => self.column(Table::Type, "").add_text(slot, text),
            Attribute::Lifecycle(text) => self.column(Table::Lifecycle, "").add_text(slot, text),
            Attribute::System(text) => self.system = Some(text.to_owned()),
            Attribute::LongAnnotation => self.column(Table::LongAnnotation, "").nulls.push(slot),
        }
    }
}

impl<'b> Collected<'b> {
    fn add(&mut self, slot: Slot, value: Cow<'b, str>) {
        let number = match &self.last {
            Some((last, number)) if *last == value => *number,
            _ => {
                let next = narrow(self.values.len());
                let number = *self.values.entry(value.clone()).or_insert(next);
                self.last = Some((value, number));
                number
            }
        };
        self.rows.push((number, slot));
    }

    /// The same for a text that does not live as long as the bodies.
    fn add_text(&mut self, slot: Slot, value: &str) {
        match self.values.get(value) {
            Some(&number) => self.rows.push((number, slot)),
            None => self.add(slot, Cow::Owned(value.to_owned())),
        }
    }

    /// Keeps track of whether the rows tell the annotation of this name exactly.
    fn note_place(&mut self, slot: Slot, place: Place<'_>, null: bool) {
        let regular = match place {
            Place::Annotation(name) => **self.annotation.get_or_insert_with(|| name.into()) == *name && !null,
            Place::Plain | Place::Item => false,
        };
        if !regular {
            self.irregular.push(slot);
        }
    }

    fn finish(self) -> Column {
        let Self { table, values, rows, nulls, irregular, annotation, .. } = self;
        // Attributes are exact: every spelling of theirs counts.
        let rows_fold = matches!(table, Table::Plain | Table::Item);
        let count = values.len();
        let exists = ascending(rows.iter().map(|(_, slot)| *slot)) | ascending(nulls.iter().copied());
        let nulls = ascending(nulls.into_iter());
        let irregular = ascending(irregular.into_iter());

        // Rows of each value: where they start, then their positions in the order found.
        let mut starts = vec![0_u32; count + 1];
        for (number, _) in &rows {
            starts[*number as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut order = vec![0_u32; rows.len()];
        for (position, (number, _)) in rows.iter().enumerate() {
            let at = &mut next[*number as usize];
            order[*at as usize] = narrow(position);
            *at += 1;
        }
        drop(next);

        let mut sorted: Vec<(Cow<'b, str>, u32)> = values.into_iter().collect();
        // Most texts fold to themselves, so comparing folded texts costs no copy.
        sorted.sort_unstable_by(|(a, _), (b, _)| fold(a).cmp(&fold(b)).then_with(|| a.cmp(b)));

        let of = |number: u32| &order[starts[number as usize] as usize..starts[number as usize + 1] as usize];
        let slot_of = |position: &u32| rows[*position as usize].1;
        let mut writer = Writer::default();
        let mut slots: Vec<Slot> = Vec::new();
        for group in sorted.chunk_by(|(a, _), (b, _)| fold(a) == fold(b)) {
            let shadowed =
                if rows_fold && group.len() > 1 { shadowed(group, of, slot_of) } else { Vec::new() };
            for (value, number) in group {
                slots.clear();
                slots.extend(
                    of(*number).iter().filter(|row| shadowed.binary_search(row).is_err()).map(slot_of),
                );
                slots.dedup();
                if !slots.is_empty() {
                    writer.push(&fold(value), value, &slots);
                }
            }
        }
        Column::new(writer.finish(), exists, nulls, irregular, annotation)
    }
}

/// Rows that repeat a value of their own entity in another spelling: the first spelling counts.
fn shadowed<'o>(
    group: &[(Cow<'_, str>, u32)],
    of: impl Fn(u32) -> &'o [u32],
    slot_of: impl Fn(&u32) -> Slot,
) -> Vec<u32> {
    let mut all: Vec<(Slot, u32, u32)> = group
        .iter()
        .flat_map(|(_, number)| of(*number).iter().map(|row| (slot_of(row), *row, *number)))
        .collect();
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
