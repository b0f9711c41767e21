//! Moments in claims.

use std::fmt;

use model::Timestamp;
use serde::de::{self, Deserialize, Deserializer, Visitor};

/// Seconds since 1970 (RFC 7519 §2), between the years 1970 and 9999. Fractions are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumericDate(i64);

/// The last second of the year 9999.
const LAST: i64 = 253_402_300_799;

impl NumericDate {
    /// The moment.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_unix_timestamp(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Its seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seconds;
        impl Visitor<'_> for Seconds {
            type Value = NumericDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("seconds since 1970")
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<NumericDate, E> {
                if (0..=LAST).contains(&seconds) {
                    Ok(NumericDate(seconds))
                } else {
                    Err(E::custom("a moment that there is not"))
                }
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
                self.visit_i64(i64::try_from(seconds).unwrap_or(-1))
            }

            #[expect(clippy::cast_possible_truncation, reason = "it was just compared with both ends")]
            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<NumericDate, E> {
                // Not a number is in no range.
                if (0.0..=253_402_300_799.0).contains(&seconds) {
                    Ok(NumericDate(seconds as i64))
                } else {
                    Err(E::custom("a moment that there is not"))
                }
            }
        }
        deserializer.deserialize_any(Seconds)
    }
}
