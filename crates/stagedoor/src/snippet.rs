//! A place in a file, with the line and a caret.

use config::{Problem, Severity};

use crate::output;

/// Most characters of a source line that are shown.
const WIDTH: usize = 160;

/// `place: error: message`, the line with a caret, and the way to mend it.
///
/// The line of a secret is not shown: its value could be on it.
pub(crate) fn problem(problem: &Problem) -> String {
    let word = match problem.severity {
        Severity::Error => output::bad("error"),
        Severity::Warning => output::warn("warning"),
    };
    // Many messages name their key themselves.
    let named = problem.key.is_empty() || problem.message.contains(&problem.key);
    let key = if named { String::new() } else { format!(" `{}`", problem.key) };
    let mut text = match &problem.place {
        Some(place) => format!("{}: {word}:{key} {}", output::strong(&place.to_string()), problem.message),
        None => format!("{word}:{key} {}", problem.message),
    };
    if let Some(fix) = &problem.fix {
        text = format!("{text}\n  {}: {fix}", output::hint("help"));
    }
    text
}

/// The line at a place with a caret under its column.
pub(crate) fn caret(source_line: &str, line: usize, column: usize, width: usize) -> String {
    let number = line.to_string();
    let before: String = source_line.chars().take(column.saturating_sub(1)).collect();
    let pad: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let shown: String = source_line
        .chars()
        .take(WIDTH)
        .map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c })
        .collect();
    let carets = "^".repeat(width.clamp(1, WIDTH));
    let gutter = " ".repeat(number.len());
    format!(
        "{gutter} {bar}\n{number} {bar} {shown}\n{gutter} {bar} {pad}{}",
        output::bad(&carets),
        bar = output::quiet("|"),
    )
}

/// `place` as the start of a message.
pub(crate) fn at(source: &str, line: usize, column: usize) -> String {
    output::strong(&format!("{source}:{line}:{column}"))
}
