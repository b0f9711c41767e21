//! Numbers as JavaScript holds and prints them: one kind, a 64-bit float.

use serde_json::Number;

/// The JSON number, or `None` for infinity and not-a-number, which JSON writes as null.
pub(crate) fn json(number: f64) -> Option<Number> {
    if !number.is_finite() {
        return None;
    }
    if number.fract() == 0.0 {
        let digits = print(number);
        if let Ok(whole) = digits.parse::<i64>() {
            return Some(whole.into());
        }
        if let Ok(whole) = digits.parse::<u64>() {
            return Some(whole.into());
        }
    }
    Number::from_f64(number)
}

/// The text `String(number)` gives in JavaScript.
pub(crate) fn print(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:e}", number.abs());
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let digits = mantissa.replace('.', "");
    let sign = if number < 0.0 { "-" } else { "" };
    // The place of the decimal point, counted from the first digit.
    let Ok(point) = exponent.parse::<i32>().map(|e| e.saturating_add(1)) else { return scientific };
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    if count <= point && point <= 21 {
        return format!("{sign}{digits}{}", zeros(point.saturating_sub(count)));
    }
    if 0 < point && point <= 21 {
        let (whole, part) =
            digits.split_at_checked(usize::try_from(point).unwrap_or(0)).unwrap_or((&digits, ""));
        return format!("{sign}{whole}.{part}");
    }
    if -6 < point && point <= 0 {
        return format!("{sign}0.{}{digits}", zeros(point.saturating_neg()));
    }
    let power = point.saturating_sub(1);
    let plus = if power > 0 { "+" } else { "" };
    format!("{sign}{mantissa}e{plus}{power}")
}

/// Digits in a base that is a power of two, as `parseInt` reads them.
pub(crate) fn from_digits(digits: &str, radix: u32) -> f64 {
    digits
        .chars()
        .filter_map(|c| c.to_digit(radix))
        .fold(0.0, |sum, digit| f64::from(digit) + sum * f64::from(radix))
}
