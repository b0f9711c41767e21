//! Durations as Backstage writes them.

use std::time::Duration;

/// Milliseconds of each unit, as the reference counts them in objects and ISO 8601 text.
const UNITS: [(&str, f64); 8] = [
    ("years", 365.0 * DAY),
    ("months", 30.0 * DAY),
    ("weeks", 7.0 * DAY),
    ("days", DAY),
    ("hours", HOUR),
    ("minutes", MINUTE),
    ("seconds", SECOND),
    ("milliseconds", 1.0),
];
const SECOND: f64 = 1_000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
/// A hundred years: nothing here is meant to last longer, and sums stay far from overflow.
const MOST: f64 = 36_500.0 * DAY;

/// From the object form.
pub(crate) fn from_parts(parts: &[(&str, f64)]) -> Result<Duration, &'static str> {
    if parts.is_empty() {
        return Err("it needs at least one unit");
    }
    let mut total = 0.0;
    for (unit, amount) in parts {
        let (_, length) = UNITS.iter().find(|(name, _)| name == unit).ok_or("it has an unknown unit")?;
        total += amount * length;
    }
    whole(total).ok_or("it is negative or too long")
}

/// From text: ISO 8601, or what the npm package `ms` reads.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    if text.starts_with('P') { iso(text) } else { human(text) }
}

fn whole(milliseconds: f64) -> Option<Duration> {
    (0.0..=MOST).contains(&milliseconds).then(|| Duration::from_secs_f64(milliseconds / SECOND))
}

fn human(text: &str) -> Option<Duration> {
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (amount, unit) = text.split_at_checked(split)?;
    let length = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7.0 * DAY,
        "mo" | "month" | "months" => 365.25 / 12.0 * DAY,
        "y" | "yr" | "yrs" | "year" | "years" => 365.25 * DAY,
        _ => return None,
    };
    whole(amount.parse::<f64>().ok()? * length)
}

fn iso(text: &str) -> Option<Duration> {
    let body = text.strip_prefix('P')?;
    let (date, time) = match body.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (body, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let date = iso_part(date, &[('Y', 365.0 * DAY), ('M', 30.0 * DAY), ('W', 7.0 * DAY), ('D', DAY)])?;
    let time = iso_part(time, &[('H', HOUR), ('M', MINUTE), ('S', SECOND)])?;
    whole(date + time)
}

/// Numbers each followed by a letter, the letters in the order of `units`.
fn iso_part(mut text: &str, units: &[(char, f64)]) -> Option<f64> {
    let (mut total, mut units) = (0.0, units.iter());
    while !text.is_empty() {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))?;
        let (amount, rest) = text.split_at_checked(end)?;
        let letter = rest.chars().next()?;
        let (_, length) = units.find(|(unit, _)| *unit == letter)?;
        total += amount.replace(',', ".").parse::<f64>().ok()? * length;
        text = rest.get(letter.len_utf8()..)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms() {
        for (text, seconds) in [
            ("30s", 30.0),
            ("2 hours", 7_200.0),
            ("1.5h", 5_400.0),
            ("250", 0.25),
            ("1 Day", 86_400.0),
            ("1w", 604_800.0),
            ("PT30S", 30.0),
            ("PT1H30M", 5_400.0),
            ("P1DT0.5S", 86_400.5),
            ("P1W", 604_800.0),
            ("P1M", 30.0 * 86_400.0),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs_f64(seconds)), "{text}");
        }
        let parts = [("hours", 1.0), ("minutes", 30.0), ("milliseconds", 500.0)];
        assert_eq!(from_parts(&parts), Ok(Duration::from_millis(5_400_500)));
    }

    #[test]
    fn what_is_no_duration() {
        for text in [
            "",
            "s",
            "-5s",
            "5 parsecs",
            "1e3s",
            "P",
            "PT",
            "PT5",
            "P5S",
            "PT1M1H",
            "pt5s",
            "5s 5s",
            "99999y",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert!(from_parts(&[]).is_err());
        assert!(from_parts(&[("minute", 1.0)]).is_err());
        assert!(from_parts(&[("minutes", -1.0)]).is_err());
        assert!(from_parts(&[("minutes", f64::NAN)]).is_err());
    }
}
