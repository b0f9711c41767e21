//! Printing: colour only on a terminal, answers on stdout, everything else on stderr, secrets masked.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

use crate::{masks, snippet};

/// Prints a line of the command's answer. A reader that went away (`| head`) is no error.
pub(crate) fn line(text: &str) {
    entrusted(&masks::text(text));
}

/// Prints a line with a secret in it, which is made for whoever reads it.
pub(crate) fn entrusted(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// Prints a line about the answer: progress, warnings, failures.
pub(crate) fn error_line(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}", masks::text(text));
}

/// Prints one JSON document. Only its strings are masked, so it stays one.
pub(crate) fn json(value: &serde_json::Value) {
    let mut value = value.clone();
    masks::tree(&mut value);
    entrusted(&format!("{value:#}"));
}

fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Something that stops.
pub(crate) fn bad(text: &str) -> String {
    styled(AnsiColor::Red.on_default().bold(), text)
}

/// Something to look at.
pub(crate) fn warn(text: &str) -> String {
    styled(AnsiColor::Yellow.on_default().bold(), text)
}

/// Something that helps.
pub(crate) fn hint(text: &str) -> String {
    styled(AnsiColor::Cyan.on_default(), text)
}

/// Something that stands out.
pub(crate) fn strong(text: &str) -> String {
    styled(Style::new().bold(), text)
}

/// Something that stands back.
pub(crate) fn quiet(text: &str) -> String {
    styled(Style::new().dimmed(), text)
}

/// Text for a terminal: one line, nothing that moves the cursor, and no command to whoever reads logs.
pub(crate) fn plain(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|letter| if snippet::is_showable(letter) { letter } else { char::REPLACEMENT_CHARACTER })
        .collect();
    if line.starts_with("::") || line.starts_with("##[") { format!("./{line}") } else { line }
}

/// Lays rows out in columns; the last one is not padded.
pub(crate) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|at| {
            rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    rows.iter()
        .map(|row| {
            let mut text = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                if !text.is_empty() {
                    text.push_str("  ");
                }
                text.push_str(cell);
                text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
            }
            text.trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{columns, plain};

    #[test]
    fn columns_line_up_and_end_without_spaces() {
        let rows = [vec!["a".into(), "bb".into()], vec!["ccc".into(), "d".into()]];
        assert_eq!(columns(&rows), ["a    bb", "ccc  d"]);
    }

    #[test]
    fn names_cannot_write_on_the_terminal_nor_command_a_runner() {
        assert_eq!(plain("a/b ü.yaml"), "a/b ü.yaml");
        assert_eq!(plain("a\u{1b}[2J\nb\u{202e}"), "a\u{fffd}[2J\u{fffd}b\u{fffd}");
        assert_eq!(plain("::add-mask::x"), "./::add-mask::x");
        assert_eq!(plain("##[command]x"), "./##[command]x");
    }
}
