//! Which entities a predicate holds for, from postings; and whether it holds for one.

use std::borrow::Cow;

use model::{AttrTest, EntityRef, Predicate, RowTest, ValueTest};
use roaring::RoaringBitmap;

use super::fold::is_searchable;
use super::posting::Slot;
use super::snapshot::Snapshot;
use super::table::{ANNOTATIONS, Table};

/// What a predicate selects. Most requests select everything, which needs no set.
enum Selected<'s> {
    All,
    Some(Cow<'s, RoaringBitmap>),
}

impl Snapshot {
    /// The slots of the entities that the predicate holds for.
    pub fn select(&self, predicate: &Predicate) -> RoaringBitmap {
        match self.selected(predicate) {
            Selected::All => self.live.clone(),
            Selected::Some(map) => map.into_owned(),
        }
    }

    /// The slots for which all of these hold, borrowed when that is everything.
    pub(crate) fn selection(&self, all: &[&Predicate]) -> Cow<'_, RoaringBitmap> {
        match self.all(&all.iter().copied()) {
            Selected::All => Cow::Borrowed(&self.live),
            Selected::Some(map) => map,
        }
    }

    /// Whether the predicate holds for the entity in this slot.
    pub fn holds(&self, slot: Slot, predicate: &Predicate) -> bool {
        match predicate {
            Predicate::All(parts) => parts.iter().all(|part| self.holds(slot, part)),
            Predicate::Any(parts) => parts.iter().any(|part| self.holds(slot, part)),
            Predicate::Not(part) => !self.holds(slot, part),
            Predicate::Row(test) => self.row_holds(slot, test),
            Predicate::Attr(test) => self.attr_holds(slot, test),
        }
    }

    fn selected(&self, predicate: &Predicate) -> Selected<'_> {
        match predicate {
            Predicate::All(parts) => self.all(&parts.iter()),
            Predicate::Any(parts) => {
                let mut union = RoaringBitmap::new();
                for part in parts {
                    match self.selected(part) {
                        Selected::All => return Selected::All,
                        Selected::Some(map) => union |= &*map,
                    }
                }
                Selected::Some(Cow::Owned(union))
            }
            Predicate::Not(part) => match self.selected(part) {
                Selected::All => Selected::Some(Cow::Owned(RoaringBitmap::new())),
                Selected::Some(map) => Selected::Some(Cow::Owned(&self.live - &*map)),
            },
            Predicate::Row(test) => self.rows(test),
            Predicate::Attr(test) => Selected::Some(Cow::Owned(self.attributes_like(test))),
        }
    }

    fn all<'p>(&self, parts: &(impl Iterator<Item = &'p Predicate> + Clone)) -> Selected<'_> {
        let mut left: Option<Cow<'_, RoaringBitmap>> = None;
        // What reads every value of a key comes last, when nothing may be left to ask about.
        for slow in [false, true] {
            for part in parts.clone().filter(|part| scans(part) == slow) {
                if left.as_ref().is_some_and(|map| map.is_empty()) {
                    return Selected::Some(Cow::Owned(RoaringBitmap::new()));
                }
                if let Selected::Some(map) = self.selected(part) {
                    left = Some(match left {
                        None => map,
                        Some(Cow::Owned(so_far)) => Cow::Owned(so_far & &*map),
                        Some(Cow::Borrowed(so_far)) => Cow::Owned(so_far & &*map),
                    });
                }
            }
        }
        left.map_or(Selected::All, Selected::Some)
    }

    fn rows(&self, test: &RowTest) -> Selected<'_> {
        if let ([key], ValueTest::Exists) = (test.keys.as_slice(), &test.test) {
            let key = key.as_str();
            let columns = (self.tables.get(Table::Plain, key), self.tables.get(Table::Item, key));
            if let (Some(column), None) | (None, Some(column)) = columns
                && self.derived(key).is_empty()
            {
                return Selected::Some(Cow::Borrowed(&column.exists));
            }
        }
        let mut found = RoaringBitmap::new();
        for key in &test.keys {
            let key = key.as_str();
            for table in [Table::Plain, Table::Item] {
                let Some(column) = self.tables.get(table, key) else { continue };
                match &test.test {
                    ValueTest::Exists => found |= &column.exists,
                    ValueTest::In(values) => {
                        for value in values {
                            column.union_equal(value.as_str(), &mut found);
                        }
                    }
                    ValueTest::Prefix(prefix) => {
                        column.prefixed(prefix.as_str(), |posting| posting.union_into(&mut found));
                    }
                    ValueTest::Contains(term) => {
                        column.containing(term.as_str(), |posting| posting.union_into(&mut found));
                    }
                }
            }
            if test.test.matches(Some("true")) {
                found |= self.derived(key);
            }
        }
        Selected::Some(Cow::Owned(found))
    }

    fn row_holds(&self, slot: Slot, test: &RowTest) -> bool {
        test.keys.iter().any(|key| {
            let key = key.as_str();
            let in_column = |table| {
                let column = self.tables.column(table, key);
                let mut found = false;
                if !column.exists.contains(slot) {
                    return false;
                }
                match &test.test {
                    ValueTest::Exists => return true,
                    ValueTest::In(values) => {
                        return values.iter().any(|value| column.has(slot, value.as_str()));
                    }
                    ValueTest::Prefix(prefix) => {
                        column.prefixed(prefix.as_str(), |posting| found |= posting.contains(slot));
                    }
                    ValueTest::Contains(term) => {
                        column.containing(term.as_str(), |posting| found |= posting.contains(slot));
                    }
                }
                found
            };
            in_column(Table::Plain)
                || in_column(Table::Item)
                || test.test.matches(Some("true")) && self.has_derived(slot, key)
        })
    }

    /// Slots with a row `key = true` because a text in an array makes one: `tags.java` from `tags`.
    pub(super) fn derived(&self, key: &str) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        self.for_each_array(key, |column, item| column.union_equal(item, &mut found));
        found
    }

    fn has_derived(&self, slot: Slot, key: &str) -> bool {
        let mut found = false;
        self.for_each_array(key, |column, item| found |= column.has(slot, item));
        found
    }

    fn for_each_array(&self, key: &str, mut visit: impl FnMut(&super::column::Column, &str)) {
        if !is_searchable(key) {
            return;
        }
        for (dot, _) in key.match_indices('.') {
            if let Some(column) = self.tables.get(Table::Item, &key[..dot]) {
                visit(column, &key[dot + 1..]);
            }
        }
    }

    fn attributes_like(&self, test: &AttrTest) -> RoaringBitmap {
        match test {
            AttrTest::Ref(refs) => refs.iter().filter_map(|wanted| self.find(wanted)).collect(),
            AttrTest::Name(names) => self.named(names),
            AttrTest::Kind(texts) => self.exact(Table::Kind, texts),
            AttrTest::Namespace(texts) => self.exact(Table::Namespace, texts),
            AttrTest::Owner(refs) => self.exact(Table::Owner, refs),
            AttrTest::Tag(tag) => self.exact(Table::Tag, std::slice::from_ref(tag)),
            AttrTest::Type(texts) => self.exact_or_any(Table::Type, texts),
            AttrTest::Lifecycle(texts) => self.exact_or_any(Table::Lifecycle, texts),
            AttrTest::System(refs) => self.exact_or_any(Table::System, refs),
            AttrTest::Label(key, value) => {
                let column = self.tables.column(Table::Label, key);
                value.as_deref().map_or_else(
                    || column.exists.clone(),
                    |value| {
                        let mut found = RoaringBitmap::new();
                        column.union_exact(value, &mut found);
                        found
                    },
                )
            }
            AttrTest::Annotation(key, value) => self.annotated(key, value.as_deref()),
        }
    }

    fn attr_holds(&self, slot: Slot, test: &AttrTest) -> bool {
        let exact = |table, key: &str, text: &str| self.tables.column(table, key).has_exact(slot, text);
        let texts = |table, texts: &[String]| texts.iter().any(|text| exact(table, "", text));
        let refs = |table, refs: &[EntityRef]| refs.iter().any(|wanted| exact(table, "", wanted.as_str()));
        let exists = |table, key: &str| self.tables.column(table, key).exists.contains(slot);
        let own = self.ref_text(slot);
        match test {
            AttrTest::Ref(wanted) => wanted.iter().any(|wanted| wanted.as_str() == own),
            AttrTest::Name(wanted) => {
                own.parse::<EntityRef>().is_ok_and(|own| wanted.iter().any(|name| name == own.name()))
            }
            AttrTest::Kind(wanted) => texts(Table::Kind, wanted),
            AttrTest::Namespace(wanted) => texts(Table::Namespace, wanted),
            AttrTest::Owner(wanted) => refs(Table::Owner, wanted),
            AttrTest::Tag(tag) => exact(Table::Tag, "", tag),
            AttrTest::Type(wanted) if wanted.is_empty() => exists(Table::Type, ""),
            AttrTest::Type(wanted) => texts(Table::Type, wanted),
            AttrTest::Lifecycle(wanted) if wanted.is_empty() => exists(Table::Lifecycle, ""),
            AttrTest::Lifecycle(wanted) => texts(Table::Lifecycle, wanted),
            AttrTest::System(wanted) if wanted.is_empty() => exists(Table::System, ""),
            AttrTest::System(wanted) => refs(Table::System, wanted),
            AttrTest::Label(key, None) => exists(Table::Label, key),
            AttrTest::Label(key, Some(value)) => exact(Table::Label, key, value),
            AttrTest::Annotation(..) => self.attributes(slot).is_some_and(|found| test.matches(&found)),
        }
    }

    fn exact<T: AsText>(&self, table: Table, wanted: &[T]) -> RoaringBitmap {
        let column = self.tables.column(table, "");
        let mut found = RoaringBitmap::new();
        for text in wanted {
            column.union_exact(text.text(), &mut found);
        }
        found
    }

    /// An empty list asks only whether there is a value.
    fn exact_or_any<T: AsText>(&self, table: Table, wanted: &[T]) -> RoaringBitmap {
        if wanted.is_empty() {
            self.tables.column(table, "").exists.clone()
        } else {
            self.exact(table, wanted)
        }
    }

    /// Entities of these names in any kind and namespace there is.
    fn named(&self, names: &[String]) -> RoaringBitmap {
        let values = |table| {
            let mut values = Vec::new();
            self.tables.column(table, "").scan("", |entry| {
                values.push(entry.original());
                std::ops::ControlFlow::Continue(())
            });
            values
        };
        let (kinds, namespaces) = (values(Table::Kind), values(Table::Namespace));
        let mut found = RoaringBitmap::new();
        let mut text = String::new();
        for name in names {
            for kind in &kinds {
                for namespace in &namespaces {
                    text.clear();
                    for part in [kind, ":", namespace, "/", name] {
                        text.push_str(part);
                    }
                    found.extend(self.find_text(&text));
                }
            }
        }
        found
    }

    /// Entities with exactly this annotation. Rows tell it for all but the irregular ones, which are
    /// read again: those whose rows collide with others, fold case or are cut.
    fn annotated(&self, key: &str, value: Option<&str>) -> RoaringBitmap {
        let test = AttrTest::Annotation(key.to_owned(), value.map(str::to_owned));
        let row_key = super::fold::fold(&format!("{ANNOTATIONS}{key}")).into_owned();
        if !is_searchable(&row_key) {
            let candidates = &self.tables.column(Table::LongAnnotation, "").exists;
            return candidates.iter().filter(|slot| self.attr_holds(*slot, &test)).collect();
        }
        let mut found = RoaringBitmap::new();
        for table in [Table::Plain, Table::Item] {
            let column = self.tables.column(table, &row_key);
            if column.annotation.as_deref() == Some(key) {
                match value {
                    None => found |= &column.exists,
                    Some(value) => column.union_exact(value, &mut found),
                }
            }
            found -= &column.irregular;
        }
        let columns = [Table::Plain, Table::Item].map(|table| self.tables.column(table, &row_key));
        for column in columns {
            found.extend(column.irregular.iter().filter(|slot| self.attr_holds(*slot, &test)));
        }
        found
    }
}

/// Whether a test reads all values of a key.
fn scans(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Row(test) => matches!(test.test, ValueTest::Contains(_)),
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().any(scans),
        Predicate::Not(part) => scans(part),
        Predicate::Attr(_) => false,
    }
}

trait AsText {
    fn text(&self) -> &str;
}

impl AsText for String {
    fn text(&self) -> &str {
        self
    }
}

impl AsText for EntityRef {
    fn text(&self) -> &str {
        self.as_str()
    }
}
