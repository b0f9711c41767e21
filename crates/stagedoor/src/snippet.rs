//! A place in a file, with the line and a caret.

use config::{Problem, Severity};

use crate::{masks, output};

/// Most characters of a source line that are shown.
const WIDTH: usize = 160;

/// `place: error: message`, the line with a caret, and the way to mend it.
///
/// The line of a secret is not shown: its value could be on it.
pub(crate) fn problem(problem: &Problem) -> String {
    let problem = &masked(problem);
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

/// The problem without what it quotes of the secrets of its file.
pub(crate) fn masked(problem: &Problem) -> Problem {
    let source = problem.place.as_ref().map_or("", |place| &*place.source);
    Problem {
        severity: problem.severity,
        place: problem.place.clone(),
        key: masks::about(source, &problem.key),
        message: masks::about(source, &problem.message),
        fix: problem.fix.as_ref().map(|fix| masks::about(source, fix)),
    }
}

/// The line at a place with a caret under its column.
pub(crate) fn caret(source_line: &str, line: usize, column: usize, width: usize) -> String {
    let number = line.to_string();
    let before = source_line.chars().take(column.saturating_sub(1));
    let pad: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
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

/// Whether a character of a file can be printed as it is: nothing that moves the cursor, nor what turns the direction
/// of reading.
pub(crate) fn is_showable(letter: char) -> bool {
    let is_turning = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !letter.is_control() && !is_turning
}

/// Column and width of a caret once secrets of the line have become masks. What begins within what was
/// masked begins with the first mask.
pub(crate) fn moved(written: &str, masked: &str, column: usize, width: usize) -> (usize, usize) {
    if written == masked {
        return (column, width);
    }
    let before = column.saturating_sub(1);
    let (old, new) = (written.chars().count(), masked.chars().count());
    let start = written.chars().zip(masked.chars()).take_while(|(a, b)| a == b).count();
    let same = written.chars().rev().zip(masked.chars().rev()).take_while(|(a, b)| a == b).count();
    let tail = same.min(old - start).min(new - start);
    let at = |place: usize, inside: usize| match place {
        _ if place <= start => place,
        _ if place >= old - tail => place + new - old,
        _ => inside,
    };
    let first = at(before, start);
    (first + 1, at(before + width, new - tail).saturating_sub(first).max(1))
}

/// `place` as the start of a message.
pub(crate) fn at(source: &str, line: usize, column: usize) -> String {
    output::strong(&format!("{source}:{line}:{column}"))
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn a_mark_follows_what_it_is_under() {
        let (written, masked) = ("a: 'secret-value' # b", "a: '***' # b");
        // Before, over, within and after the mask.
        assert_eq!(moved(written, masked, 1, 1), (1, 1));
        assert_eq!(moved(written, masked, 4, 14), (4, 5));
        assert_eq!(moved(written, masked, 9, 2), (5, 3));
        assert_eq!(moved(written, masked, 21, 1), (12, 1));
        assert_eq!(moved(written, written, 9, 2), (9, 2));
        assert_eq!(moved("xx", "", 10, 3), (8, 3));
    }
}
