//! How often each value of a key occurs among selected entities.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use roaring::RoaringBitmap;

use super::block::Entry;
use super::snapshot::Snapshot;
use super::table::Table;

/// A value as it was written and how many of the selected entities have it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FacetValue {
    /// In its original case.
    pub value: String,
    /// At least one.
    pub count: u64,
}

impl Snapshot {
    /// The values of a folded key among these slots, sorted by value. Null is no value.
    pub fn facet(&self, key: &str, selection: &RoaringBitmap) -> Vec<FacetValue> {
        let plain = self.tables.get(Table::Plain, key);
        let items = self.tables.get(Table::Item, key);
        let derived = self.derived(key);
        let everything = self.is_everything(selection);
        let mut values = Vec::new();
        match (plain, items) {
            (Some(column), None) | (None, Some(column)) if derived.is_empty() => {
                column.scan("", |entry| {
                    let posting = entry.posting;
                    let count = if everything { posting.len() } else { posting.count_in(selection) };
                    if count > 0 {
                        values.push(FacetValue { value: entry.original(), count });
                    }
                    ControlFlow::Continue(())
                });
            }
            _ => values = self.facet_of_many(key, derived, selection),
        }
        values.sort_unstable_by(|a, b| a.value.cmp(&b.value));
        values
    }

    /// For the rare key whose rows come from several places: an entity counts once for a value, in
    /// the spelling met first.
    fn facet_of_many(&self, key: &str, derived: RoaringBitmap, selection: &RoaringBitmap) -> Vec<FacetValue> {
        let mut groups: BTreeMap<String, Vec<(String, RoaringBitmap)>> = BTreeMap::new();
        let mut add = |folded: &str, original: String, mut slots: RoaringBitmap| {
            let group = groups.entry(folded.to_owned()).or_default();
            for (_, counted) in group.iter() {
                slots -= counted;
            }
            match group.iter_mut().find(|(spelling, _)| *spelling == original) {
                Some((_, counted)) => *counted |= slots,
                None => group.push((original, slots)),
            }
        };
        for table in [Table::Plain, Table::Item] {
            self.tables.column(table, key).scan("", |entry: &Entry<'_, '_>| {
                let mut slots = RoaringBitmap::new();
                entry.posting.union_into(&mut slots);
                add(entry.text(), entry.original(), slots);
                ControlFlow::Continue(())
            });
        }
        add("true", "true".to_owned(), derived);
        let all = groups.into_values().flatten();
        all.map(|(value, slots)| FacetValue { value, count: slots.intersection_len(selection) })
            .filter(|facet| facet.count > 0)
            .collect()
    }
}
