//! Values that are kept once and named by a number.

use std::hash::Hash;

use indexmap::IndexSet;

/// A set whose members have numbers, given in order and never reused.
#[derive(Debug)]
pub(in crate::ingest) struct Interned<T>(IndexSet<T>);

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self(IndexSet::default())
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    pub(in crate::ingest) fn id(&mut self, value: &T) -> u32 {
        let at = self.0.get_index_of(value).unwrap_or_else(|| self.0.insert_full(value.clone()).0);
        u32::try_from(at).expect("memory ends before four thousand million values do")
    }

    pub(in crate::ingest) fn find(&self, value: &T) -> Option<u32> {
        self.0.get_index_of(value).and_then(|at| u32::try_from(at).ok())
    }

    pub(in crate::ingest) fn value(&self, id: u32) -> &T {
        self.0.get_index(id as usize).expect("ids come from this set")
    }

    pub(in crate::ingest) fn len(&self) -> usize {
        self.0.len()
    }
}
