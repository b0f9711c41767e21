//! A small JSON Schema engine: only the keywords that entity schemas use, with the texts and the
//! order of errors that the reference's validator (ajv, all errors on) gives.
//!
//! Schemas are constants of Rust, so there is no schema input to distrust, and checking never goes
//! deeper into a document than its schema does.

use std::fmt::{self, Write};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::error::{Part, excerpt};

/// What a value must look like.
#[derive(Clone, Copy)]
pub(super) enum Schema {
    /// Any string.
    Text,
    /// A string that is not empty.
    Filled,
    /// A string of one to this many characters.
    FilledUpTo(usize),
    /// A string of letters, digits and underscores, not empty.
    Word,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A string or a boolean.
    TextOrBool,
    /// An array with at least so many items, each of the same shape.
    List(usize, &'static Schema),
    /// A map.
    Object(Object),
    /// One of several shapes of different types.
    Either(&'static [Schema]),
}

/// What a map must look like.
#[derive(Clone, Copy)]
pub(super) struct Object {
    pub(super) required: &'static [&'static str],
    pub(super) extra: Extra,
    pub(super) fields: &'static [(&'static str, Schema)],
}

/// What may stand in a map beside its known fields.
#[derive(Clone, Copy)]
pub(super) enum Extra {
    /// Anything.
    Any,
    /// Nothing.
    Forbidden,
    /// Values of this shape.
    Shaped(&'static Schema),
    /// Values of this shape under keys without line breaks; the pattern `^.+$` sees no others.
    ShapedOnOneLine(&'static Schema),
}

impl Object {
    pub(super) const ANY: Self = Self { required: &[], extra: Extra::Any, fields: &[] };

    /// A map with these fields, none required, others allowed.
    pub(super) const fn of(fields: &'static [(&'static str, Schema)]) -> Self {
        Self { required: &[], extra: Extra::Any, fields }
    }

    pub(super) const fn requiring(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub(super) const fn extra(self, extra: Extra) -> Self {
        Self { extra, ..self }
    }
}

/// One breach of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// JSON pointer as the message names it; for a missing or foreign field, that of its map.
    at: String,
    /// JSON pointer to the value to show.
    pub(super) pointer: String,
    pub(super) part: Part,
    message: String,
    params: String,
}

impl Violation {
    /// The root lacks a field.
    pub(super) fn missing(name: &str) -> Self {
        let message = format!("must have required property '{name}'");
        violation(&Place::Root, &message, format!("missingProperty: {name}"))
    }

    /// `<path or <root>> <message>`.
    pub(super) fn brief(&self) -> String {
        let at = if self.at.is_empty() { "<root>" } else { &self.at };
        format!("{at} {}", self.message)
    }

    /// `<path or <root>> <message> - <param>: <value>[, …]`.
    pub(super) fn full(&self) -> String {
        format!("{} - {}", self.brief(), self.params)
    }
}

/// Where in a document a value stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Root,
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    /// Writes the JSON pointer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(parent, key) => {
                write!(f, "{parent}/")?;
                key.chars().try_for_each(|c| match c {
                    '~' => f.write_str("~0"),
                    '/' => f.write_str("~1"),
                    c => f.write_char(c),
                })
            }
            Self::Item(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// Receives each violation; breaking off stops the check.
pub(super) type Sink<'s> = &'s mut dyn FnMut(Violation) -> ControlFlow<()>;

impl Schema {
    /// Checks `value`, handing every violation to `sink` until it breaks off.
    pub(super) fn check(&self, value: &Value, place: &Place<'_>, sink: Sink<'_>) -> ControlFlow<()> {
        match self {
            Self::Text | Self::Filled | Self::FilledUpTo(_) | Self::Word => {
                self.check_text(value, place, sink)
            }
            Self::OneOf(allowed) => {
                if !value.is_string() {
                    wrong_type(place, "string", sink)?;
                }
                check_one_of(allowed, value, place, sink)
            }
            Self::TextOrBool if !value.is_string() && !value.is_boolean() => {
                wrong_type(place, "string,boolean", sink)
            }
            Self::TextOrBool => ControlFlow::Continue(()),
            Self::List(least, item) => check_list(*least, item, value, place, sink),
            Self::Object(object) => match value {
                Value::Object(map) => object.check(map, place, sink),
                _ => wrong_type(place, "object", sink),
            },
            Self::Either(shapes) => check_either(shapes, value, place, sink),
        }
    }

    /// The first violation of a value that stands at `place`.
    fn first_at(&self, value: &Value, place: &Place<'_>) -> Option<Violation> {
        let mut first = None;
        let _ = self.check(value, place, &mut |violation| {
            first = Some(violation);
            ControlFlow::Break(())
        });
        first
    }

    fn check_text(&self, value: &Value, place: &Place<'_>, sink: Sink<'_>) -> ControlFlow<()> {
        let Value::String(text) = value else { return wrong_type(place, "string", sink) };
        if let Self::FilledUpTo(most) = self
            && text.chars().count() > *most
        {
            let message = format!("must NOT have more than {most} characters");
            sink(violation(place, &message, format!("limit: {most}")))?;
        }
        if text.is_empty() && !matches!(self, Self::Text) {
            sink(violation(place, "must NOT have fewer than 1 characters", "limit: 1".into()))?;
        }
        if matches!(self, Self::Word)
            && (text.is_empty() || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        {
            sink(violation(place, r#"must match pattern "^\w+$""#, r"pattern: ^\w+$".into()))?;
        }
        ControlFlow::Continue(())
    }
}

impl Object {
    fn check(&self, map: &Map<String, Value>, place: &Place<'_>, sink: Sink<'_>) -> ControlFlow<()> {
        for name in self.required {
            if !map.contains_key(*name) {
                let message = format!("must have required property '{name}'");
                sink(violation(place, &message, format!("missingProperty: {name}")))?;
            }
        }
        if let Extra::Forbidden | Extra::Shaped(_) = self.extra {
            for (key, value) in map {
                if !self.fields.iter().any(|(name, _)| name == key) {
                    self.check_extra(key, value, place, sink)?;
                }
            }
        }
        for (name, schema) in self.fields {
            if let Some(value) = map.get(*name) {
                schema.check(value, &Place::Field(place, name), sink)?;
            }
        }
        if let Extra::ShapedOnOneLine(schema) = self.extra {
            for (key, value) in map {
                if !key.is_empty() && !key.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
                    schema.check(value, &Place::Field(place, key), sink)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn check_extra(&self, key: &str, value: &Value, place: &Place<'_>, sink: Sink<'_>) -> ControlFlow<()> {
        let here = Place::Field(place, key);
        if let Extra::Shaped(schema) = self.extra {
            return schema.check(value, &here, sink);
        }
        let params = format!("additionalProperty: {}", excerpt(key));
        let pointer = here.to_string();
        sink(Violation {
            pointer,
            part: Part::Key,
            ..violation(place, "must NOT have additional properties", params)
        })
    }
}

fn check_list(
    least: usize,
    item: &Schema,
    value: &Value,
    place: &Place<'_>,
    sink: Sink<'_>,
) -> ControlFlow<()> {
    let Value::Array(items) = value else { return wrong_type(place, "array", sink) };
    if items.len() < least {
        let message = format!("must NOT have fewer than {least} items");
        sink(violation(place, &message, format!("limit: {least}")))?;
    }
    for (index, value) in items.iter().enumerate() {
        item.check(value, &Place::Item(place, index), sink)?;
    }
    ControlFlow::Continue(())
}

fn check_one_of(allowed: &[&str], value: &Value, place: &Place<'_>, sink: Sink<'_>) -> ControlFlow<()> {
    if value.as_str().is_some_and(|text| allowed.contains(&text)) {
        return ControlFlow::Continue(());
    }
    let params = format!("allowedValues: {}", allowed.join(","));
    sink(violation(place, "must be equal to one of the allowed values", params))
}

/// No value fits two shapes of different types, so the first that fits decides; if none does, the
/// violations of all of them are told, as the reference does.
fn check_either(shapes: &[Schema], value: &Value, place: &Place<'_>, sink: Sink<'_>) -> ControlFlow<()> {
    if shapes.iter().any(|shape| shape.first_at(value, place).is_none()) {
        return ControlFlow::Continue(());
    }
    for shape in shapes {
        shape.check(value, place, sink)?;
    }
    sink(violation(place, "must match exactly one schema in oneOf", "passingSchemas: null".into()))
}

fn wrong_type(place: &Place<'_>, wanted: &str, sink: Sink<'_>) -> ControlFlow<()> {
    sink(violation(place, &format!("must be {wanted}"), format!("type: {wanted}")))
}

fn violation(place: &Place<'_>, message: &str, params: String) -> Violation {
    let at = place.to_string();
    Violation { pointer: at.clone(), at, part: Part::Value, message: message.to_owned(), params }
}
