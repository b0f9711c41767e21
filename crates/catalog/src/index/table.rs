//! The columns of a snapshot, by what kind of key they belong to.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::column::Column;

/// Kinds of keys. The first two are search rows; the rest are typed attributes, whose values are
/// compared exactly and whose key is empty but for labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Table {
    /// Search rows of values that are no text in an array.
    Plain,
    /// Search rows of texts in arrays; each stands for a row `<key>.<value> = true` as well.
    Item,
    Owner,
    Label,
    Tag,
    Type,
    Lifecycle,
    System,
    Kind,
    Namespace,
    /// Entities with an annotation whose search key is too long to be a row.
    LongAnnotation,
}

/// How many kinds there are.
pub(super) const TABLES: usize = Table::LongAnnotation as usize + 1;

/// Where annotations stand among the search rows.
pub(super) const ANNOTATIONS: &str = "metadata.annotations.";

/// All columns. A copy shares them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables([HashMap<Arc<str>, Arc<Column>>; TABLES]);

impl Tables {
    /// The column of a key, if any entity has it.
    pub(super) fn get(&self, table: Table, key: &str) -> Option<&Arc<Column>> {
        self.0[table as usize].get(key)
    }

    /// The column of a key; an empty one if no entity has it.
    pub(super) fn column(&self, table: Table, key: &str) -> &Column {
        static EMPTY: LazyLock<Column> = LazyLock::new(Column::default);
        self.get(table, key).map_or(&*EMPTY, |column| column)
    }

    /// Replaces a column, or drops it when it has become empty.
    pub(super) fn set(&mut self, table: Table, key: &str, column: Column) {
        let map = &mut self.0[table as usize];
        if column.exists.is_empty() {
            map.remove(key);
        } else if let Some(place) = map.get_mut(key) {
            *place = Arc::new(column);
        } else {
            map.insert(key.into(), Arc::new(column));
        }
    }
}
