//! A moment, as a reader wants it: relative in the row, absolute on hover.

use model::Timestamp;
use time::format_description::FormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

const ABSOLUTE: &[FormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");

/// A moment and how long ago (or ahead) it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// For machines (RFC 3339).
    pub machine: String,
    /// With its zone, for example `2026-10-03 14:05:00 UTC`.
    pub absolute: String,
    /// For example `5 minutes ago` or `in 2 hours`.
    pub relative: String,
}

impl When {
    /// Describes `moment` as seen at `now`.
    pub fn seen(moment: Timestamp, now: Timestamp) -> Self {
        let moment = moment.to_offset(time::UtcOffset::UTC);
        // A year beyond four digits has no such form; the machine's form is empty then.
        let machine = moment.format(&Rfc3339).unwrap_or_default();
        let absolute = moment.format(ABSOLUTE).unwrap_or_else(|_| machine.clone());
        Self { machine, absolute, relative: relative((moment - now).whole_seconds()) }
    }
}

fn relative(seconds: i64) -> String {
    let size = seconds.unsigned_abs();
    if size < 5 {
        return "just now".to_owned();
    }
    // Rounded, and to the next unit before it would read "60 minutes".
    let in_units = |unit: u64| (size + unit / 2) / unit;
    let (count, unit) = match size {
        0..60 => (size, "second"),
        60..3_570 => (in_units(60), "minute"),
        3_570..84_600 => (in_units(3_600), "hour"),
        84_600..5_184_000 => (in_units(86_400), "day"),
        5_184_000..63_072_000 => (in_units(2_592_000), "month"),
        _ => (in_units(31_536_000), "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn moments_read_well() {
        let now = datetime!(2026-10-03 14:05:00 UTC);
        let when = When::seen(datetime!(2026-10-03 16:00:00 +2), now);
        assert_eq!(when.relative, "5 minutes ago");
        assert_eq!(when.absolute, "2026-10-03 14:00:00 UTC");
        assert_eq!(when.machine, "2026-10-03T14:00:00Z");
        assert_eq!(When::seen(datetime!(2026-10-03 16:05:00 UTC), now).relative, "in 2 hours");
        assert_eq!(When::seen(datetime!(2026-10-03 22:04:58 UTC), now).relative, "in 8 hours");
        assert_eq!(When::seen(datetime!(2026-10-03 15:04:59 UTC), now).relative, "in 1 hour");
        assert_eq!(When::seen(now, now).relative, "just now");
        assert_eq!(When::seen(datetime!(2026-10-02 14:05:00 UTC), now).relative, "1 day ago");
        assert_eq!(When::seen(datetime!(0001-01-01 0:00 UTC), now).relative, "2027 years ago");
    }
}
