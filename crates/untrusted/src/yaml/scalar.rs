//! What a scalar means: the YAML 1.2 core schema, with npm `yaml`'s reading of tags.

use std::borrow::Cow;

use granit_parser::{ScalarStyle, Tag};

use crate::number;

/// A scalar whose meaning is settled.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
}

/// Gives a scalar its meaning. `empty` says that nothing is written where it stands.
pub(super) fn resolve<'a>(
    text: Cow<'a, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    empty: bool,
) -> Scalar<'a> {
    let Some(tag) = tag else {
        if style != ScalarStyle::Plain {
            return Scalar::Text(text);
        }
        return if empty { Scalar::Null } else { plain(&text).unwrap_or(Scalar::Text(text)) };
    };
    let text = if empty && style == ScalarStyle::Plain { Cow::Borrowed("") } else { text };
    // A tag picks its type only where the text has the type's form; else the text stays text.
    let wanted = tag.core_suffix();
    let found = plain(&text);
    match (wanted, found) {
        (Some("null"), Some(Scalar::Null)) => Scalar::Null,
        (Some("bool"), Some(Scalar::Bool(flag))) => Scalar::Bool(flag),
        (Some("int"), Some(Scalar::Number(number))) if !is_float(&text) => Scalar::Number(number),
        (Some("float"), Some(Scalar::Number(number))) if is_float(&text) => Scalar::Number(number),
        _ => Scalar::Text(text),
    }
}

/// The meaning of plain text that is no string.
fn plain(text: &str) -> Option<Scalar<'static>> {
    // Most plain text starts with a letter that settles it.
    match text.as_bytes().first() {
        None => return Some(Scalar::Null),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {}
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => {
            return match text {
                "~" | "null" | "Null" | "NULL" => Some(Scalar::Null),
                "true" | "True" | "TRUE" => Some(Scalar::Bool(true)),
                "false" | "False" | "FALSE" => Some(Scalar::Bool(false)),
                _ => None,
            };
        }
        Some(_) => return None,
    }
    number(text).map(Scalar::Number)
}

fn number(text: &str) -> Option<f64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, |b| b.is_ascii_hexdigit()).then(|| number::from_digits(digits, 16));
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |b| matches!(b, b'0'..=b'7')).then(|| number::from_digits(digits, 8));
    }
    match text {
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    // `1.` and `.5` are numbers, `.` is none.
    if !digits(whole) || !digits(part) || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    if let Some(exponent) = exponent {
        let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if power.is_empty() || !digits(power) {
            return None;
        }
    }
    text.parse().ok()
}

/// Whether the text of a number has the form of a float.
fn is_float(text: &str) -> bool {
    !text.starts_with("0x") && text.contains(['.', 'e', 'E'])
}

fn all(digits: &str, allowed: impl Fn(u8) -> bool) -> bool {
    !digits.is_empty() && digits.bytes().all(allowed)
}
