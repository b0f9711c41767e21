//! The small pieces of a body that flattening reads by themselves: keys, single values, relations.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A key, borrowed from the body where it has no escapes.
pub(super) struct Key;

impl<'b> DeserializeSeed<'b> for Key {
    type Value = Cow<'b, str>;

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        struct Keys;
        impl<'b> Visitor<'b> for Keys {
            type Value = Cow<'b, str>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'b str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Keys)
    }
}

/// Defines a seed that keeps a leaf's text, and nothing of arrays and objects.
macro_rules! leaf_seed {
    ($(#[$doc:meta])* $name:ident, $truth:expr, $number:expr) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl<'b> DeserializeSeed<'b> for $name {
            type Value = Option<Cow<'b, str>>;
            fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                deserializer.deserialize_any(self)
            }
        }

        impl<'b> Visitor<'b> for $name {
            type Value = Option<Cow<'b, str>>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_borrowed_str<E>(self, text: &'b str) -> Result<Self::Value, E> {
                Ok(Some(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Some(Cow::Owned(text.to_owned())))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(None)
            }
            fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
                Ok($truth(truth))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok($number(serde_json::Number::from(number).as_f64()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok($number(serde_json::Number::from(number).as_f64()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok($number(Some(number)))
            }
            fn visit_seq<A: SeqAccess<'b>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(None)
            }
            fn visit_map<A: MapAccess<'b>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(None)
            }
        }
    };
}

leaf_seed!(
    /// A text, number or truth as text.
    Scalar,
    |truth: bool| Some(Cow::Borrowed(if truth { "true" } else { "false" })),
    number_text
);
leaf_seed!(
    /// A text only.
    Text,
    |_: bool| None,
    |_: Option<f64>| None
);

/// The `relations` array: the type and target of each that has a type.
pub(super) struct Relations;

impl<'b> DeserializeSeed<'b> for Relations {
    type Value = Vec<(Cow<'b, str>, Option<Cow<'b, str>>)>;

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'b> Visitor<'b> for Relations {
    type Value = Vec<(Cow<'b, str>, Option<Cow<'b, str>>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of relations")
    }

    fn visit_seq<A: SeqAccess<'b>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(relation) = items.next_element_seed(Relation)? {
            if let (Some(kind), target) = relation {
                found.push((kind, target));
            }
        }
        Ok(found)
    }
}

struct Relation;

impl<'b> DeserializeSeed<'b> for Relation {
    type Value = (Option<Cow<'b, str>>, Option<Cow<'b, str>>);

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'b> Visitor<'b> for Relation {
    type Value = (Option<Cow<'b, str>>, Option<Cow<'b, str>>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a relation")
    }

    fn visit_map<A: MapAccess<'b>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut kind, mut target) = (None, None);
        while let Some(key) = map.next_key_seed(Key)? {
            match &*key {
                "type" => kind = map.next_value_seed(Text)?,
                "targetRef" => target = map.next_value_seed(Scalar)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok((kind, target))
    }
}

/// A number as JavaScript writes it: a double's shortest digits, with an exponent from 1e21 up and
/// below 1e-6.
pub(crate) fn number_text(number: Option<f64>) -> Option<Cow<'static, str>> {
    let number = number?;
    let text = if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&number.abs()) {
        number.to_string()
    } else {
        let text = format!("{number:e}");
        match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => text,
        }
    };
    Some(Cow::Owned(text))
}
