//! Flattens an entity's body to search rows and typed attributes in one pass over its text.
//!
//! It gives what `model::entity::search_rows` and `model::entity::Attributes` give, which a property
//! test holds it to, without building a tree: the index reads every body of the catalog at start.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fold::{fold, folds_short, is_searchable};
use super::leaf::{Key, Relations, Scalar, Text, number_text};

/// Subtrees that make no rows of their own.
const SKIPPED: [&str; 7] = [
    "attachments",
    "relations",
    "status",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.etag",
];

/// Receives what flattening finds. `'b` is the body's text.
pub(super) trait Sink<'b> {
    /// A search row.
    fn row(&mut self, row: Row<'_, 'b>);
    /// A typed attribute, exact.
    fn attribute(&mut self, attribute: Attribute<'_>);
}

/// A search row. One entity may give the same key and value twice.
pub(super) struct Row<'r, 'b> {
    /// Folded and short enough to search.
    pub(super) key: &'r str,
    /// As written; `None` for null and for what is too long to search.
    pub(super) value: Option<Cow<'b, str>>,
    /// Where it stood.
    pub(super) place: Place<'r>,
}

/// Where a row's value stood.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'r> {
    /// Anywhere.
    Plain,
    /// A text in an array, which also makes a row `<key>.<value> = true`; that one is not reported.
    Item,
    /// The value of the annotation of exactly this name.
    Annotation(&'r str),
}

/// A typed attribute that policy tests, as it is written in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute<'t> {
    Owner(&'t str),
    Label(&'t str, &'t str),
    Tag(&'t str),
    Type(&'t str),
    Lifecycle(&'t str),
    System(&'t str),
    /// An annotation whose row key is too long to be a row.
    LongAnnotation,
}

/// Reads a body and reports its rows and attributes, duplicates included.
pub(super) fn flatten<'b>(body: &'b str, sink: &mut impl Sink<'b>) -> Result<(), serde_json::Error> {
    let mut walk =
        Walk { sink, path: Path::default(), name: None, namespace: None, uid: None, relations: Vec::new() };
    let mut deserializer = serde_json::Deserializer::from_str(body);
    let root = Spot { walk: &mut walk, at: At::Root, parent: At::Elsewhere, key: "", item: false };
    root.deserialize(&mut deserializer)?;
    deserializer.end()?;
    walk.finish();
    Ok(())
}

/// A place whose values are typed attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Root,
    Metadata,
    Labels,
    Annotations,
    Tags,
    Spec,
    SpecType,
    SpecLifecycle,
    SpecSystem,
    Elsewhere,
}

impl At {
    fn child(self, key: &str) -> Self {
        match (self, key) {
            (Self::Root, "metadata") => Self::Metadata,
            (Self::Root, "spec") => Self::Spec,
            (Self::Metadata, "labels") => Self::Labels,
            (Self::Metadata, "annotations") => Self::Annotations,
            (Self::Metadata, "tags") => Self::Tags,
            (Self::Spec, "type") => Self::SpecType,
            (Self::Spec, "lifecycle") => Self::SpecLifecycle,
            (Self::Spec, "system") => Self::SpecSystem,
            _ => Self::Elsewhere,
        }
    }
}

/// The keys from the root to here, joined by dots, as written and folded.
#[derive(Default)]
struct Path {
    written: String,
    folded: String,
}

impl Path {
    /// Goes down to a key; gives what `pop` needs to come back.
    fn push(&mut self, key: &str) -> (usize, usize) {
        let back = (self.written.len(), self.folded.len());
        if !self.written.is_empty() {
            self.written.push('.');
        }
        self.written.push_str(key);
        if self.written.is_ascii() {
            self.folded.truncate(back.1);
            if back.0 > 0 {
                self.folded.push('.');
            }
            self.folded.push_str(key);
            self.folded[back.1..].make_ascii_lowercase();
        } else {
            // Not only the key: how a capital sigma folds depends on the letters around it.
            self.folded = fold(&self.written).into_owned();
        }
        back
    }

    fn pop(&mut self, (written, folded): (usize, usize)) {
        self.written.truncate(written);
        if self.folded.is_ascii() {
            self.folded.truncate(folded);
        } else {
            self.folded = fold(&self.written).into_owned();
        }
    }
}

struct Walk<'s, 'b, S> {
    sink: &'s mut S,
    path: Path,
    name: Option<Cow<'b, str>>,
    namespace: Option<Cow<'b, str>>,
    uid: Option<Cow<'b, str>>,
    relations: Vec<(Cow<'b, str>, Option<Cow<'b, str>>)>,
}

impl<'b, S: Sink<'b>> Walk<'_, 'b, S> {
    /// A row at the present path.
    fn leaf(&mut self, value: Option<Cow<'b, str>>, at: At, parent: At, key: &str) {
        if let Some(text) = &value {
            match at {
                At::SpecType => self.sink.attribute(Attribute::Type(text)),
                At::SpecLifecycle => self.sink.attribute(Attribute::Lifecycle(text)),
                At::SpecSystem => self.sink.attribute(Attribute::System(text)),
                _ if parent == At::Labels => self.sink.attribute(Attribute::Label(key, text)),
                _ => {}
            }
        }
        let place = if parent == At::Annotations { Place::Annotation(key) } else { Place::Plain };
        self.row(value, place);
    }

    fn row(&mut self, value: Option<Cow<'b, str>>, place: Place<'_>) {
        let value = value.filter(|text| folds_short(text));
        if is_searchable(&self.path.folded) {
            self.sink.row(Row { key: &self.path.folded, value, place });
        } else if matches!(place, Place::Annotation(_)) {
            self.sink.attribute(Attribute::LongAnnotation);
        }
    }

    /// A text in an array.
    fn item(&mut self, text: Cow<'b, str>, at: At) {
        if at == At::Tags {
            self.sink.attribute(Attribute::Tag(&text));
        }
        // The row `<key>.<value>` is found from this one later, unless folding the two together is
        // not folding each: then it is spelled out.
        let together =
            self.path.written.is_ascii() || !text.contains('Σ') && !self.path.written.contains('Σ');
        if together && folds_short(&text) {
            return self.row(Some(text), Place::Item);
        }
        let key = fold(&format!("{}.{text}", self.path.written)).into_owned();
        self.row(Some(text), Place::Plain);
        if is_searchable(&key) {
            let value = Some(Cow::Borrowed("true"));
            self.sink.row(Row { key: &key, value, place: Place::Plain });
        }
    }

    fn finish(mut self) {
        let (name, uid) = (self.name.take(), self.uid.take());
        self.plain("metadata.name", name);
        let namespace = self.namespace.take().filter(|text| !text.is_empty());
        self.plain("metadata.namespace", Some(namespace.unwrap_or(Cow::Borrowed("default"))));
        self.plain("metadata.uid", uid);
        let mut key = String::new();
        for (kind, target) in std::mem::take(&mut self.relations) {
            if kind == "ownedBy"
                && let Some(target) = &target
            {
                self.sink.attribute(Attribute::Owner(target));
            }
            key.clear();
            key.push_str("relations.");
            key.push_str(&kind);
            if key.is_ascii() {
                key.make_ascii_lowercase();
            } else {
                key = fold(&key).into_owned();
            }
            self.plain(&key, target);
        }
    }

    fn plain(&mut self, key: &str, value: Option<Cow<'b, str>>) {
        if is_searchable(key) {
            let value = value.filter(|text| folds_short(text));
            self.sink.row(Row { key, value, place: Place::Plain });
        }
    }
}

/// A value under the present path, with the key it was reached by, or that it is an array's item.
struct Spot<'w, 's, 'k, 'b, S> {
    walk: &'w mut Walk<'s, 'b, S>,
    at: At,
    parent: At,
    key: &'k str,
    item: bool,
}

impl<'b, S: Sink<'b>> DeserializeSeed<'b> for Spot<'_, '_, '_, 'b, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'b, S: Sink<'b>> Spot<'_, '_, '_, 'b, S> {
    fn text(self, text: Cow<'b, str>) {
        if self.item {
            self.walk.item(text, self.at);
        } else {
            self.walk.leaf(Some(text), self.at, self.parent, self.key);
        }
    }

    /// Something that is no text: a typed attribute is always a text, so it is none.
    fn other(self, value: Option<Cow<'b, str>>) {
        self.walk.row(value, Place::Plain);
    }
}

impl<'b, S: Sink<'b>> Visitor<'b> for Spot<'_, '_, '_, 'b, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entity")
    }

    fn visit_borrowed_str<E>(self, text: &'b str) -> Result<(), E> {
        self.text(Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.text(Cow::Owned(text.to_owned()));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.other(None);
        Ok(())
    }

    fn visit_bool<E>(self, truth: bool) -> Result<(), E> {
        self.other(Some(Cow::Borrowed(if truth { "true" } else { "false" })));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.other(number_text(serde_json::Number::from(number).as_f64()));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.other(number_text(serde_json::Number::from(number).as_f64()));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.other(number_text(Some(number)));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'b>>(self, mut items: A) -> Result<(), A::Error> {
        // An array in the array `metadata.tags` is no list of tags.
        let at = if self.at == At::Tags && !self.item { At::Tags } else { At::Elsewhere };
        loop {
            if SKIPPED.contains(&self.walk.path.written.as_str()) {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
            let spot = Spot { walk: &mut *self.walk, at, parent: At::Elsewhere, key: "", item: true };
            if items.next_element_seed(spot)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'b>>(self, mut map: A) -> Result<(), A::Error> {
        let here = if self.item { At::Elsewhere } else { self.at };
        while let Some(key) = map.next_key_seed(Key)? {
            match (here, &*key) {
                (At::Root, "relations") => {
                    self.walk.relations = map.next_value_seed(Relations)?;
                    continue;
                }
                (At::Metadata, "name") => {
                    self.walk.name = map.next_value_seed(Scalar)?;
                    continue;
                }
                (At::Metadata, "namespace") => {
                    self.walk.namespace = map.next_value_seed(Text)?;
                    continue;
                }
                (At::Metadata, "uid") => {
                    self.walk.uid = map.next_value_seed(Scalar)?;
                    continue;
                }
                _ => {}
            }
            let back = self.walk.path.push(&key);
            if SKIPPED.contains(&self.walk.path.written.as_str()) {
                map.next_value::<IgnoredAny>()?;
            } else {
                let at = here.child(&key);
                let spot = Spot { walk: &mut *self.walk, at, parent: here, key: &key, item: false };
                map.next_value_seed(spot)?;
            }
            self.walk.path.pop(back);
        }
        Ok(())
    }
}
