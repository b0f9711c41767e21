//! Builds all columns from all bodies, read once in the order of their slots.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use model::{EntityRef, RefContext};

use super::block::narrow;
use super::collect::Collected;
use super::error::IndexError;
use super::posting::Slot;
use super::rows::{Attribute, Place, Row, Sink, flatten};
use super::slots::Kept;
use super::table::{ANNOTATIONS, TABLES, Table, Tables};

/// Entities read before their rows are packed: at least so many, and at most so many times.
const MIN_BATCH: usize = 16_384;
const MAX_BATCHES: usize = 8;

/// The columns of these entities, whose slots are their positions.
pub(super) fn build(kept: &[Kept]) -> Result<Tables, IndexError> {
    build_in_batches(kept, kept.len().div_ceil(MAX_BATCHES).max(MIN_BATCH))
}

fn build_in_batches(kept: &[Kept], batch: usize) -> Result<Tables, IndexError> {
    let mut builder = Builder::default();
    for (slot, one) in kept.iter().enumerate() {
        builder.slot = narrow(slot);
        builder.body = &one.body;
        builder.system = None;
        flatten(&one.body, &mut builder)
            .map_err(|source| IndexError::Body { entity_ref: one.entity_ref.clone(), source })?;
        builder.add(Table::Kind, "", Cow::Borrowed(one.entity_ref.kind()));
        builder.add(Table::Namespace, "", Cow::Borrowed(one.entity_ref.namespace()));
        if let Some(system) = builder.system.take().and_then(|text| system_ref(&text, &one.entity_ref)) {
            builder.add(Table::System, "", Cow::Owned(system.as_str().to_owned()));
        }
        if (slot + 1) % batch == 0 {
            builder.columns.iter_mut().for_each(|column| column.seal(kept));
        }
    }
    builder.columns.iter_mut().for_each(|column| column.seal(kept));
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
    body: &'b str,
    system: Option<String>,
    keys: [HashMap<Arc<str>, usize>; TABLES],
    columns: Vec<Collected<'b>>,
    /// For each column, which was asked for after it the last time.
    followers: Vec<usize>,
    last: usize,
}

impl<'b> Builder<'b> {
    fn column(&mut self, table: Table, key: &str) -> &mut Collected<'b> {
        // Entities of one kind have the same keys one after another, so the key that followed the
        // last one before is most often the one that follows now.
        let guess = self.followers.get(self.last).copied().unwrap_or(usize::MAX);
        let at = match self.columns.get(guess) {
            Some(column) if column.table == table && *column.key == *key => guess,
            _ => self.look_up(table, key),
        };
        if let Some(follower) = self.followers.get_mut(self.last) {
            *follower = at;
        }
        self.last = at;
        &mut self.columns[at]
    }

    fn look_up(&mut self, table: Table, key: &str) -> usize {
        if let Some(&at) = self.keys[table as usize].get(key) {
            return at;
        }
        let key: Arc<str> = key.into();
        self.keys[table as usize].insert(Arc::clone(&key), self.columns.len());
        self.columns.push(Collected::new(table, key));
        self.followers.push(usize::MAX);
        self.columns.len() - 1
    }

    fn add(&mut self, table: Table, key: &str, value: Cow<'b, str>) {
        let (slot, body) = (self.slot, self.body);
        self.column(table, key).add(slot, body, value);
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
        let (slot, body) = (self.slot, self.body);
        let table = if row.place == Place::Item && row.value.is_some() { Table::Item } else { Table::Plain };
        let column = self.column(table, row.key);
        if row.key.starts_with(ANNOTATIONS) {
            column.note_place(slot, row.place, row.value.is_none());
        }
        match row.value {
            Some(value) => column.add(slot, body, value),
            None => column.add_null(slot),
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
            Attribute::LongAnnotation => self.column(Table::LongAnnotation, "").add_null(slot),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use serde_json::json;

    use super::*;

    /// Every value of a column with its slots.
    fn values(tables: &Tables, table: Table, key: &str) -> Vec<(String, String, Vec<Slot>)> {
        let mut values = Vec::new();
        tables.column(table, key).scan("", |entry| {
            let mut slots = Vec::new();
            entry.posting.extend(&mut slots);
            values.push((entry.text().to_owned(), entry.original(), slots));
            ControlFlow::Continue(())
        });
        values
    }

    #[test]
    fn batches_make_no_difference() {
        let kept: Vec<Kept> = (0..400_u32)
            .map(|n| {
                let kind = if n % 2 == 0 { "x" } else { "X" };
                let body = json!({ "kind": "API", "metadata": { "name": format!("n{n}"), "tags": ["A", format!("t{}", n % 7)] },
                    "spec": { "type": kind, "null": null }, "relations": [] });
                let entity_ref = EntityRef::new("API", "default", &format!("n{n}"));
                Kept { entity_ref, uid: u128::from(n), body: body.to_string().into(), parents: Arc::from([]) }
            })
            .collect();
        let whole = build_in_batches(&kept, 1000).expect("sound bodies");
        for batch in [1, 7, 64, 399, 400] {
            let parts = build_in_batches(&kept, batch).expect("sound bodies");
            let plain = ["kind", "metadata.name", "spec.type", "spec.null"].map(|key| (Table::Plain, key));
            for (table, key) in plain.into_iter().chain([(Table::Item, "metadata.tags"), (Table::Type, "")]) {
                assert_eq!(
                    values(&parts, table, key),
                    values(&whole, table, key),
                    "{key} in batches of {batch}"
                );
                assert_eq!(parts.column(table, key).exists, whole.column(table, key).exists, "{key}");
            }
        }
    }
}
