//! Leave for a secret to stand where it stands: beside it, or in a file of such leaves. Each says why,
//! and ends within a year, so that nothing is forgotten.

mod file;
mod inline;

use std::fmt;

use time::format_description::FormatItem;
use time::macros::format_description;
use time::{Date, Duration};

pub use file::{ALLOW_FILE, AllowFile, Allowance};
pub use inline::{ALLOW_MARK, InlineAllowance, InlineAllowances};

/// Days for which leave can be given.
const MOST_DAYS: i64 = 366;
/// Bytes of a reason.
const REASON_BYTES: usize = 1000;
const DAY: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// Leave that is none: it allows nothing, and is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowProblem {
    /// Where it stands.
    pub line: usize,
    /// What is wrong, and how to mend it.
    pub message: String,
}

impl fmt::Display for AllowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The day until which leave holds, itself included, if it does on `today`.
fn until(written: &str, today: Date) -> Result<Date, String> {
    let day =
        Date::parse(written, DAY).map_err(|_| "`until` is not a day; write it as 2027-01-31".to_owned())?;
    if day < today {
        return Err(format!("it ended on {day}; mend what it is about, or give it a new day"));
    }
    let most = today.saturating_add(Duration::days(MOST_DAYS));
    if day > most {
        return Err(format!("`until` is {day}; leave is given for a year at most, so until {most}"));
    }
    Ok(day)
}

/// A reason that says something.
fn reason(written: &str) -> Result<(), String> {
    if written.len() > REASON_BYTES {
        return Err(format!("`reason` is longer than {REASON_BYTES} bytes"));
    }
    if !written.chars().any(char::is_alphanumeric) {
        return Err("`reason` is empty; say why the secret may stand there".to_owned());
    }
    Ok(())
}

#[cfg(test)]
pub(crate) fn today() -> Date {
    Date::parse("2026-12-01", DAY).expect("a day")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leave_ends_within_a_year_and_not_before_today() {
        for good in ["2026-12-01", "2027-01-31", "2027-12-02"] {
            assert!(until(good, today()).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("2026-11-30", "ended"),
            ("2027-12-03", "a year at most"),
            ("9999-12-31", "a year at most"),
            ("tomorrow", "not a day"),
            ("2027-02-30", "not a day"),
            ("", "not a day"),
        ] {
            assert!(until(bad, today()).is_err_and(|error| error.contains(why)), "{bad}");
        }
    }

    #[test]
    fn a_reason_has_words() {
        assert!(reason("a test").is_ok());
        for bad in ["", "  ", "...", &"x".repeat(1001)] {
            assert!(reason(bad).is_err(), "{bad}");
        }
    }
}
