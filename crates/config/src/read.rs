//! Typed access, with the reference's coercions and its words, and the place beside them.

use std::time::Duration;

use serde_json::Number;

use crate::value::{Data, Loss, Value, Via, join};
use crate::{Place, Problem, duration};

/// A value that holds no others, without coercion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(&'a Number),
    /// Text, with its variables filled in.
    String(&'a str),
}

/// A value at a key, present or not.
#[derive(Clone, Debug)]
pub struct ValueRef<'a> {
    key: String,
    /// `Err` when a parent is no object.
    value: Result<Option<&'a Value>, Problem>,
    /// The nearest value that exists: the value itself or a parent.
    near: &'a Value,
}

impl<'a> ValueRef<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { key: String::new(), value: Ok(Some(value)), near: value }
    }

    /// The value at a dot path below this one. Keys that hold dots or slashes cannot be named this
    /// way; [`ValueRef::entries`] reaches them.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        path.split('.').fold(self.clone(), |at, part| at.child(part))
    }

    fn child(&self, name: &str) -> Self {
        let key = join(&self.key, name);
        let (value, near) = match &self.value {
            Err(problem) => (Err(problem.clone()), self.near),
            Ok(None) => (Ok(None), self.near),
            Ok(Some(value)) => match value.data {
                Data::Map(ref map) => {
                    let child = map.get(name);
                    (Ok(child), child.unwrap_or(value))
                }
                Data::Null => (Ok(None), *value),
                _ => (Err(self.wrong_type(value, "object")), *value),
            },
        };
        Self { key, value, near }
    }

    /// The dot path.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where the value was written; `None` when it is not there.
    pub fn place(&self) -> Option<&'a Place> {
        self.node().map(|value| &value.origin.place)
    }

    /// Where the key of this value is written; the value itself where it has none.
    pub(crate) fn key_place(&self) -> &'a Place {
        self.near.key_place.as_ref().unwrap_or(&self.near.origin.place)
    }

    /// Where the value, or the nearest of its parents, was written.
    pub fn near_place(&self) -> &'a Place {
        &self.near.origin.place
    }

    /// Whether there is a value; one hidden by `null` is none.
    pub fn exists(&self) -> bool {
        self.node().is_some()
    }

    /// Whether nothing is written behind the key, and no older source is hidden by that.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(&self.value, Ok(Some(value)) if value.is_null() && value.overrode.is_empty())
    }

    pub(crate) fn node(&self) -> Option<&'a Value> {
        self.value.as_ref().ok().copied().flatten().filter(|value| !value.is_null())
    }

    fn present(&self) -> Result<Option<&'a Value>, Problem> {
        self.value.clone().map(|value| value.filter(|value| !value.is_null()))
    }

    /// Whether the value is an object.
    pub fn is_object(&self) -> bool {
        self.node().is_some_and(|value| matches!(value.data, Data::Map(_)))
    }

    /// Whether the value is a list.
    pub fn is_list(&self) -> bool {
        self.node().is_some_and(|value| matches!(value.data, Data::Seq(_)))
    }

    /// Whether the value is a string, empty or not.
    pub fn is_string(&self) -> bool {
        self.node().is_some_and(|value| matches!(value.data, Data::String(_)))
    }

    /// The literal boolean, without coercion.
    pub fn literal_bool(&self) -> Option<bool> {
        match self.node()?.data {
            Data::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// What a value is that holds no others; none for objects, lists and what is not there.
    pub fn scalar(&self) -> Option<Scalar<'a>> {
        match &self.node()?.data {
            Data::Bool(flag) => Some(Scalar::Bool(*flag)),
            Data::Number(number) => Some(Scalar::Number(number)),
            Data::String(text) => Some(Scalar::String(text)),
            Data::Null | Data::Seq(_) | Data::Map(_) => None,
        }
    }

    /// Whether some of the value came through a variable or a file that holds text: it is nothing that somebody
    /// wrote into the configuration, and may be a secret.
    pub fn is_from_outside(&self) -> bool {
        self.node().is_some_and(|value| {
            let through = |via: &Via| matches!(via, Via::File { .. } | Via::Variable { .. });
            value.origin.place.line == 0 || value.origin.via.iter().any(through)
        })
    }

    /// Where the key of the value is written, if it has one.
    pub fn written_key(&self) -> Option<&'a Place> {
        self.node()?.key_place.as_ref()
    }

    /// Children that were written but dropped anywhere below, because a variable is not set.
    pub(crate) fn losses(&self) -> Vec<&'a Loss> {
        self.node().map(Value::deep_losses).unwrap_or_default()
    }

    /// Keys and values of an object; empty when there is none.
    pub fn entries(&self) -> Result<Vec<(&'a str, Self)>, Problem> {
        let Some(value) = self.present()? else { return Ok(Vec::new()) };
        let Data::Map(map) = &value.data else { return Err(self.wrong_type(value, "object")) };
        Ok(map
            .iter()
            .filter(|(_, child)| !child.is_null())
            .map(|(name, child)| {
                (name.as_str(), Self { key: join(&self.key, name), value: Ok(Some(child)), near: child })
            })
            .collect())
    }

    /// As [`ValueRef::entries`], with keys that `null` hides.
    pub(crate) fn all_entries(&self) -> Result<Vec<(&'a str, Self)>, Problem> {
        let Some(value) = self.present()? else { return Ok(Vec::new()) };
        let Data::Map(map) = &value.data else { return Err(self.wrong_type(value, "object")) };
        Ok(map
            .iter()
            .map(|(name, child)| {
                (name.as_str(), Self { key: join(&self.key, name), value: Ok(Some(child)), near: child })
            })
            .collect())
    }

    /// The elements of a list; `None` when there is none.
    pub fn items(&self) -> Result<Option<Vec<Self>>, Problem> {
        let Some(value) = self.present()? else { return Ok(None) };
        let Data::Seq(items) = &value.data else { return Err(self.wrong_type(value, "array")) };
        Ok(Some(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| Self {
                    key: format!("{}[{index}]", self.key),
                    value: Ok(Some(item)),
                    near: item,
                })
                .collect(),
        ))
    }

    /// `getOptionalString`: a string that is not empty.
    pub fn string(&self) -> Result<Option<&'a str>, Problem> {
        let Some(value) = self.present()? else { return Ok(None) };
        match &value.data {
            Data::String(text) if !text.is_empty() => Ok(Some(text)),
            _ => Err(self.wrong_type(value, "string")),
        }
    }

    /// `getString`.
    pub fn required_string(&self) -> Result<&'a str, Problem> {
        self.string()?.ok_or_else(|| self.missing())
    }

    /// `getOptionalNumber`: a number, or a string that is one.
    pub fn number(&self) -> Result<Option<f64>, Problem> {
        let Some(value) = self.present()? else { return Ok(None) };
        let number = match &value.data {
            Data::Number(number) => number.as_f64(),
            Data::String(text) => javascript_number(text),
            _ => return Err(self.wrong_type(value, "number")),
        };
        number
            .filter(|number| number.is_finite())
            .map(Some)
            .ok_or_else(|| self.unconvertible(value, "number"))
    }

    /// A whole number from `least` to `most`.
    pub fn integer(&self, least: u64, most: u64) -> Result<Option<u64>, Problem> {
        let Some(number) = self.number()? else { return Ok(None) };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be whole, not negative and small enough for f64 to be exact"
        )]
        let whole = (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64);
        match whole {
            Some(whole) if (least..=most).contains(&whole) => Ok(Some(whole)),
            _ => Err(self
                .problem(format!("`{}` must be a whole number from {least} to {most}", self.key))
                .fix("write a number in that range")),
        }
    }

    /// `getOptionalBoolean`.
    pub fn boolean(&self) -> Result<Option<bool>, Problem> {
        let Some(value) = self.present()? else { return Ok(None) };
        let text = match &value.data {
            Data::Bool(flag) => return Ok(Some(*flag)),
            Data::Number(number) => number.to_string(),
            Data::String(text) => text.trim().to_ascii_lowercase(),
            _ => return Err(self.wrong_type(value, "boolean")),
        };
        match text.as_str() {
            "true" | "yes" | "y" | "on" | "1" => Ok(Some(true)),
            "false" | "no" | "n" | "off" | "0" => Ok(Some(false)),
            _ => Err(self.unconvertible(value, "boolean")),
        }
    }

    /// `getOptionalStringArray`: a list of strings that are not empty.
    pub fn strings(&self) -> Result<Option<Vec<&'a str>>, Problem> {
        let Some(value) = self.present()? else { return Ok(None) };
        if !matches!(value.data, Data::Seq(_)) {
            return Err(self.wrong_type(value, "string-array"));
        }
        let Some(items) = self.items()? else { return Ok(None) };
        items
            .iter()
            .map(|item| match &item.near.data {
                Data::String(text) if !text.is_empty() => Ok(text.as_str()),
                _ => Err(item.wrong_type(item.near, "string-array")),
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// A string, or a list of strings.
    pub fn string_or_strings(&self) -> Result<Option<Vec<&'a str>>, Problem> {
        if self.is_string() { Ok(self.string()?.map(|text| vec![text])) } else { self.strings() }
    }

    /// `readDurationFromConfig`: `{ minutes: 5 }`, `"5 minutes"` or `"PT5M"`. Never negative.
    pub fn duration(&self) -> Result<Option<Duration>, Problem> {
        let Some(value) = self.present()? else { return Ok(None) };
        let parsed = match &value.data {
            Data::String(text) => duration::parse(text).ok_or("it is no duration"),
            Data::Map(_) => {
                let mut parts = Vec::new();
                for (unit, amount) in self.entries()? {
                    parts.push((unit, amount.number()?.unwrap_or_default()));
                }
                duration::from_parts(&parts)
            }
            _ => return Err(self.wrong_type(value, "duration")),
        };
        parsed.map(Some).map_err(|why| {
            self.problem(format!("Failed to read duration from config at '{}': {why}", self.key)).fix(
                "write an object of years, months, weeks, days, hours, minutes, seconds, milliseconds; \
                 or text as `30s`, `2 hours`; or ISO 8601 as `PT30S`",
            )
        })
    }

    /// An error at this value, or at its nearest parent.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::error(self.key.clone(), message).at(Some(self.near_place()))
    }

    /// A warning at this value, or at its nearest parent.
    pub fn warning(&self, message: impl Into<String>) -> Problem {
        Problem::warning(self.key.clone(), message).at(Some(self.near_place()))
    }

    /// The reference's words for a value that must be there.
    pub fn missing(&self) -> Problem {
        self.problem(format!(
            "Missing required config value at '{}' in '{}'",
            self.key,
            self.near_place().source
        ))
        .fix(format!("add `{}`", self.key))
    }

    pub(crate) fn wrong_type(&self, value: &Value, wanted: &str) -> Problem {
        let (key, source, got) = (&self.key, &value.origin.place.source, value.type_name());
        Problem::error(
            key,
            format!("Invalid type in config for key '{key}' in '{source}', got {got}, wanted {wanted}"),
        )
        .at(Some(&value.origin.place))
        .fix(how_to_write(wanted))
    }

    fn unconvertible(&self, value: &Value, wanted: &str) -> Problem {
        let (key, source) = (&self.key, &value.origin.place.source);
        Problem::error(
            key,
            format!("Unable to convert config value for key '{key}' in '{source}' to a {wanted}"),
        )
        .at(Some(&value.origin.place))
        .fix(how_to_write(wanted))
    }
}

fn how_to_write(wanted: &str) -> &'static str {
    match wanted {
        "string" => "write text that is not empty, and quote numbers",
        "number" => "write a number",
        "boolean" => "write true or false",
        "array" => "write a list, as `[a, b]`",
        "string-array" => "write a list of text that is not empty, as `[a, b]`",
        "object" => "write `key: value` lines below the key",
        _ => "write for example `30s` or `{ minutes: 5 }`",
    }
}

/// `Number(text)`, except that blank text is no number: a variable set to nothing is a mistake.
fn javascript_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = |prefix: [&str; 2], radix| {
        let digits = prefix.iter().find_map(|prefix| text.strip_prefix(prefix))?;
        // 52 bits are exact in an f64.
        let whole = u64::from_str_radix(digits, radix).ok().filter(|whole| whole >> 52 == 0)?;
        whole.to_string().parse().ok()
    };
    digits(["0x", "0X"], 16).or_else(|| digits(["0o", "0O"], 8)).or_else(|| digits(["0b", "0B"], 2)).or_else(
        || text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)).then(|| text.parse().ok())?,
    )
}

#[cfg(test)]
mod tests;
