//! Where the report goes.

use super::arguments::{Arguments, Format};
use super::shown::Shown;
use super::{json, text};
use crate::output;

/// Prints the report in the form that was asked for.
pub(crate) fn write(shown: &Shown, arguments: &Arguments) {
    match arguments.format {
        Format::Text => {
            for line in text::lines(shown, arguments) {
                output::line(&line);
            }
        }
        Format::Json => output::json(&json::document(shown)),
    }
}
