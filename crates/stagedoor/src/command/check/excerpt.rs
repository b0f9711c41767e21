//! The line that a finding is about, as it may be shown.

use checks::{File, Place, Repository};

use super::quoting::{HIDDEN, Quoting, after_name};
use crate::snippet;

/// Characters of a line that are shown.
const WIDTH: usize = 88;
/// Of those, at most so many before what the finding is about.
const BEFORE: usize = 40;
/// Bytes of a line that are looked at, around the place.
const BYTES: usize = 4096;

/// A line, with masks, cut to what fits, and what of it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    pub(crate) text: String,
    /// In characters of the text, from 1.
    pub(crate) column: usize,
    /// In characters.
    pub(crate) width: usize,
}

/// The line at a place, without what is there if that is a secret; none for a whole file, and for what is not a file.
pub(crate) fn of(
    place: &Place,
    is_secret: bool,
    repository: &Repository,
    quoting: &mut Quoting<'_>,
) -> Option<Excerpt> {
    if place.line == 0 {
        return None;
    }
    let text = &*repository.files.get(&place.path).and_then(File::whole)?;
    let at = text.floor_char_boundary(place.start.min(text.len()));
    let from = text.floor_char_boundary(at.saturating_sub(BYTES));
    let to = text.floor_char_boundary(at.saturating_add(BYTES).min(text.len()));
    let start = text[from..at].rfind('\n').map_or(from, |found| from + found + 1);
    let end = text[at..to].find('\n').map_or(to, |found| at + found);
    let written = text[start..end].trim_end_matches('\r');
    let last = text.floor_char_boundary(place.end.clamp(at, start + written.len().max(at - start)));
    let column = text[start..at].chars().count() + 1;
    let width = text[at..last].trim_end().chars().count().max(1);
    if is_secret {
        // A rule knows it by its name, where a scanner sees nothing in the value.
        let shown = quoting.text(&hidden(written, at - start, last - start), [place]);
        return Some(cut(
            &shown,
            column,
            if after_name(&text[last..]).is_some() { width } else { HIDDEN.len() },
        ));
    }
    let masked = quoting.text(written, [place]);
    let (column, width) = snippet::moved(written, &masked, column, width);
    Some(cut(&masked, column, width))
}

/// A line without bytes `from..to`, and without the value of which that is the name.
fn hidden(line: &str, from: usize, to: usize) -> String {
    let (before, rest) = (&line[..from.min(line.len())], &line[to.min(line.len())..]);
    if after_name(rest).is_none() {
        return format!("{before}{HIDDEN}{rest}");
    }
    let name = &line[before.len()..line.len() - rest.len()];
    format!("{before}{name}: {HIDDEN}")
}

/// Cuts a line to what fits. Tabs become a space, so that a caret is under what it means.
fn cut(line: &str, column: usize, width: usize) -> Excerpt {
    let letters: Vec<char> = line
        .chars()
        .map(|letter| match letter {
            '\t' => ' ',
            letter if snippet::is_showable(letter) => letter,
            _ => char::REPLACEMENT_CHARACTER,
        })
        .collect();
    let at = column.saturating_sub(1).min(letters.len());
    let first = if letters.len() <= WIDTH { 0 } else { at.saturating_sub(BEFORE) };
    let shown = &letters[first..letters.len().min(first + WIDTH)];
    let mut text = String::new();
    let mut column = at - first + 1;
    if first > 0 {
        text.push('…');
        column += 1;
    }
    text.extend(shown);
    let width = width.min(shown.len().saturating_sub(at - first)).max(1);
    if first + shown.len() < letters.len() {
        text.push('…');
    }
    Excerpt { text: text.trim_end().to_owned(), column, width }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_around_what_is_meant() {
        assert_eq!(cut("\ta: b", 2, 1), Excerpt { text: " a: b".into(), column: 2, width: 1 });
        let line = format!("{}key{}", "x".repeat(500), "y".repeat(500));
        let shown = cut(&line, 501, 3);
        let meant: String = shown.text.chars().skip(shown.column - 1).take(shown.width).collect();
        assert_eq!(meant, "key");
        assert_eq!(shown.text.chars().count(), WIDTH + 2);
        assert_eq!(cut("", 9, 9), Excerpt { text: String::new(), column: 1, width: 1 });
    }

    #[test]
    fn secrets_are_hidden_by_name_and_by_value() {
        assert_eq!(hidden("a: b # c", 3, 4), "a: *** # c");
        assert_eq!(hidden("token: b", 0, 5), "token: ***");
        assert_eq!(hidden("\"token\": \"b\"", 1, 6), "\"token: ***");
    }

    #[test]
    fn what_moves_a_cursor_is_not_shown() {
        assert_eq!(cut("a\u{1b}[2J\u{202e}b", 1, 1).text, "a\u{fffd}[2J\u{fffd}b");
    }
}
