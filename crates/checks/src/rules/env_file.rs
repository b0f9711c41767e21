//! Files of environment variables: `.env` and its like.

use crate::{File, Place};

/// A line that gives a variable its value.
pub(super) struct Assignment<'a> {
    pub(super) name: &'a str,
    /// Without quotes.
    pub(super) value: &'a str,
    /// Where the name is.
    pub(super) place: Place,
}

/// The variables of a file, in order.
pub(super) fn assignments(file: &File) -> Vec<Assignment<'_>> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in file.text().unwrap_or_default().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((name, value)) = assignment(line) else { continue };
        let start = start + line.find(name).unwrap_or(0);
        found.push(Assignment { name, value, place: file.place(start, start + name.len()) });
    }
    found
}

/// `NAME=value` or `export NAME=value`, the value without quotes and a comment after it.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    if line.starts_with('#') {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
        None => value.split(" #").next().unwrap_or_default().trim(),
    };
    is_name.then_some((name, value))
}
