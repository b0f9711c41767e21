//! Where the report goes.

use std::path::Path;

use super::arguments::{Arguments, Format};
use super::shown::Shown;
use super::{annotations, html, json, junit, markdown, sarif, text};
use crate::failure::Failure;
use crate::{masks, output};

/// Prints the report in the form that was asked for, and writes the files that were asked for.
pub(crate) fn write(shown: &Shown, arguments: &Arguments) -> Result<(), Failure> {
    let mut printed = Some(arguments.format);
    for one in &arguments.output {
        let format = one.format.unwrap_or(arguments.format);
        let text = document(shown, format, arguments);
        let text = anstream::adapter::strip_str(&text).to_string();
        file(&one.file, &text)?;
        if one.format.is_none() {
            // It went to the file; people see how it went all the same.
            printed = None;
        }
    }
    match printed {
        Some(format @ Format::Text) => {
            for line in document(shown, format, arguments).lines() {
                output::line(line);
            }
        }
        Some(format) => output::entrusted(document(shown, format, arguments).trim_end()),
        None if arguments.quiet => {}
        None => output::line(&text::counts(shown)),
    }
    Ok(())
}

fn document(shown: &Shown, format: Format, arguments: &Arguments) -> String {
    let pretty = |mut value: serde_json::Value| {
        masks::tree(&mut value);
        format!("{value:#}\n")
    };
    match format {
        Format::Text => {
            let mut text = text::lines(shown, arguments).join("\n");
            text.push('\n');
            text
        }
        Format::Json => pretty(json::document(shown)),
        Format::Sarif => pretty(sarif::document(shown)),
        Format::Junit => junit::document(shown),
        Format::Github => annotations::document(shown),
        Format::Markdown => markdown::document(shown),
        Format::Html => html::document(shown),
    }
}

pub(crate) fn file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::Unavailable {
        message: format!("cannot write `{}`", path.display()),
        causes: vec![error.to_string()],
        hint: None,
    })
}
