//! What expressions give.

use std::rc::Rc;
use std::sync::Arc;

use super::text::{Origin, Piece, Text, json};
use crate::{Item, Place, Value};

/// How deep data may be that templates make.
pub(super) const DEPTH: usize = 64;

/// Data with places, or text in pieces.
#[derive(Clone, Debug)]
pub(super) enum Val {
    /// Data.
    Data(Rc<Item>),
    /// Text that was written.
    Text(Text),
}

impl Val {
    pub(super) fn data(value: Value, place: &Place) -> Self {
        Self::Data(Rc::new(Item::new(value, place.clone())))
    }

    pub(super) fn null(place: &Place) -> Self {
        Self::data(Value::Null, place)
    }

    pub(super) fn unknown(code: &Arc<str>, place: &Place) -> Self {
        Self::data(Value::Unknown(Arc::clone(code)), place)
    }

    pub(super) fn bool(flag: Option<bool>, code: &Arc<str>, place: &Place) -> Self {
        flag.map_or_else(|| Self::unknown(code, place), |flag| Self::data(Value::Bool(flag), place))
    }

    /// Whether it counts as true; none if that is not known.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Data(item) => Some(match &item.value {
                Value::Null => false,
                Value::Bool(flag) => *flag,
                Value::Number(number) => number.as_f64() != Some(0.0),
                Value::String(text) => !text.is_empty(),
                Value::Seq(items) => !items.is_empty(),
                Value::Map(map) => !map.is_empty(),
                Value::Unknown(_) => return None,
            }),
            Self::Text(text) => {
                if let Some(known) = text.known() {
                    return Some(!known.is_empty());
                }
                let has_text =
                    |piece: &Piece| matches!(piece, Piece::Text(text, _) if !text.trim().is_empty());
                text.0.iter().any(has_text).then_some(true)
            }
        }
    }

    pub(super) fn is_unknown(&self) -> bool {
        match self {
            Self::Data(item) => item.is_unknown(),
            Self::Text(text) => text.known().is_none(),
        }
    }

    pub(super) fn item(&self) -> Option<&Item> {
        match self {
            Self::Data(item) => Some(item),
            Self::Text(_) => None,
        }
    }

    /// The text of a scalar, if it is known.
    pub(super) fn known(&self) -> Option<String> {
        match self {
            Self::Data(item) => scalar(item),
            Self::Text(text) => text.known(),
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        self.known()?.trim().parse().ok()
    }

    /// It as data.
    pub(super) fn into_item(self, code: &Arc<str>, place: &Place) -> Item {
        match self {
            Self::Data(item) => Rc::unwrap_or_clone(item),
            Self::Text(text) => match (text.known(), text.origin()) {
                (Some(known), Some(Origin::Value { place, key, .. })) => {
                    let mut item = Item::new(Value::String(Arc::from(known)), place.clone());
                    item.key.clone_from(key);
                    item
                }
                (Some(known), _) => Item::new(Value::String(Arc::from(known)), place.clone()),
                (None, _) => Item::new(Value::Unknown(Arc::clone(code)), place.clone()),
            },
        }
    }

    /// It as a template writes it. Lists and maps are written in a form that nobody wants.
    pub(super) fn into_text(self, code: &Arc<str>, place: &Place) -> Text {
        match self {
            Self::Text(text) => text,
            Self::Data(item) => match (&item.value, scalar(&item)) {
                (Value::Null, _) => Text::default(),
                (_, Some(text)) => Text::of(text, origin(&item)),
                _ => Text(vec![Piece::Unknown(Arc::clone(code), place.clone())]),
            },
        }
    }
}

fn origin(item: &Item) -> Origin {
    Origin::Value { place: item.place.clone(), key: item.key.clone(), action: None }
}

fn scalar(item: &Item) -> Option<String> {
    match &item.value {
        Value::Null => Some(String::new()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.to_string()),
        _ => None,
    }
}

/// How many values a tree has, and how deep it is.
pub(super) fn measure(item: &Item) -> (usize, usize) {
    let (mut size, mut deepest) = (0, 0);
    let mut stack = vec![(item, 1)];
    while let Some((item, depth)) = stack.pop() {
        size += 1;
        deepest = deepest.max(depth);
        match &item.value {
            Value::String(text) => size += text.len() / 8,
            Value::Seq(items) => stack.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Map(map) => stack.extend(map.values().map(|item| (item, depth + 1))),
            _ => {}
        }
    }
    (size, deepest)
}

/// Data as YAML, whose pieces are those of the values. Data deeper than [`DEPTH`] is not known.
pub(super) fn to_yaml(item: &Item, action: &Place) -> Text {
    let mut text = Text::default();
    write(item, 0, false, action, &mut text);
    text
}

fn write(item: &Item, indent: usize, after_key: bool, action: &Place, out: &mut Text) {
    let layout = |text: &str, out: &mut Text| out.0.extend(Text::written(text, action).0);
    let pad = " ".repeat(indent);
    if indent > 2 * DEPTH {
        out.0.push(Piece::Unknown(Arc::from("..."), item.place.clone()));
        return;
    }
    match &item.value {
        Value::Map(map) if !map.is_empty() => {
            if after_key {
                layout(&format!("\n{pad}"), out);
            }
            out.0.push(Piece::Begin(item.place.clone(), item.key.clone()));
            for (at, (key, value)) in map.iter().enumerate() {
                if at > 0 {
                    layout(&format!("\n{pad}"), out);
                }
                let place = value.key.clone().unwrap_or_else(|| value.place.clone());
                out.push(&json(key), Origin::Value { place, key: None, action: None });
                layout(": ", out);
                write(value, indent + 2, true, action, out);
            }
            out.0.push(Piece::End);
        }
        Value::Seq(items) if !items.is_empty() => {
            if after_key {
                layout(&format!("\n{pad}"), out);
            }
            out.0.push(Piece::Begin(item.place.clone(), item.key.clone()));
            for (at, value) in items.iter().enumerate() {
                if at > 0 {
                    layout(&format!("\n{pad}"), out);
                }
                layout("- ", out);
                write(value, indent + 2, false, action, out);
            }
            out.0.push(Piece::End);
        }
        Value::Map(_) => out.push("{}", origin(item)),
        Value::Seq(_) => out.push("[]", origin(item)),
        Value::String(text) => out.push(&json(text), origin(item)),
        Value::Null => out.push("null", origin(item)),
        Value::Bool(flag) => out.push(&flag.to_string(), origin(item)),
        Value::Number(number) => out.push(&number.to_string(), origin(item)),
        Value::Unknown(code) => out.0.push(Piece::Unknown(Arc::clone(code), item.place.clone())),
    }
}
