//! Durations as Backstage's configuration writes them.

use crate::Item;

/// The hours of `{ hours: 12 }`, `12h`, `12 hours` or `PT12H`.
pub(super) fn hours(item: &Item) -> Option<f64> {
    if item.as_map().is_some() {
        let parts: Vec<f64> = item
            .entries()
            .map(|(unit, amount)| Some(amount.as_number()? * hours_of(unit)?))
            .collect::<Option<_>>()?;
        return Some(parts.iter().sum());
    }
    let text = item.literal()?.trim();
    if let Some(iso) = text.strip_prefix('P') {
        return iso_hours(iso);
    }
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (amount, unit) = text.split_at(at);
    Some(amount.parse::<f64>().ok()? * hours_of(unit.trim())?)
}

fn hours_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "years" | "year" | "y" => 8760.0,
        "months" => 730.0,
        "weeks" | "week" | "w" => 168.0,
        "days" | "day" | "d" => 24.0,
        "hours" | "hour" | "hrs" | "hr" | "h" => 1.0,
        "minutes" | "minute" | "mins" | "min" | "m" => 1.0 / 60.0,
        "seconds" | "second" | "secs" | "sec" | "s" => 1.0 / 3600.0,
        "milliseconds" | "ms" => 1.0 / 3_600_000.0,
        _ => return None,
    })
}

fn iso_hours(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut amount = String::new();
    let mut in_time = false;
    for c in text.chars() {
        let unit = match c {
            'T' => {
                in_time = true;
                continue;
            }
            '0'..='9' | '.' => {
                amount.push(c);
                continue;
            }
            'Y' => 8760.0,
            'M' if !in_time => 730.0,
            'W' => 168.0,
            'D' => 24.0,
            'H' => 1.0,
            'M' => 1.0 / 60.0,
            'S' => 1.0 / 3600.0,
            _ => return None,
        };
        total += amount.parse::<f64>().ok()? * unit;
        amount.clear();
    }
    amount.is_empty().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::hours;
    use crate::{Content, File};

    #[test]
    fn spellings_of_a_duration_are_read() {
        let read = |yaml: &str| {
            let file = File::new("a.yaml", Content::Text(format!("a: {yaml}\n").as_str().into()));
            hours(file.tree().expect("a document").get("a").expect("a value"))
        };
        for half_a_day in
            ["12h", "12 hours", "PT12H", "P0DT12H", "{ hours: 12 }", "{ hours: 11, minutes: 60 }", "720m"]
        {
            let read = read(half_a_day).expect(half_a_day);
            assert!((read - 12.0).abs() < 1e-9, "{half_a_day} is {read}");
        }
        for not_one in ["soon", "12 moons", "${TTL}", "PT12X", "12"] {
            assert_eq!(read(not_one), None, "{not_one}");
        }
    }
}
