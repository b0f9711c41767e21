//! Commands of a shell, cut up as far as it takes to see which programs run with which words.

use std::sync::Arc;

use crate::image::source::{Joined, Source};
use crate::{Item, Place};

/// A word of a command, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its text; variables are as written.
    pub text: String,
    /// Where it is written, with its quotes.
    pub place: Place,
    /// Whether a `$` in it stands for a variable or the output of a command.
    pub expands: bool,
}

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its words: assignments before the program, the program, its arguments, redirections.
    pub words: Vec<Word>,
    /// Whether it reads what the command before it writes.
    pub piped: bool,
}

/// Shells inside shells are followed this deep.
const DEPTH: usize = 4;
/// The most bytes of one `$(..)` or `${..}`.
const EXPANSION: usize = 8 << 10;
/// The most bytes of a script that are read.
const SCRIPT: usize = 256 << 10;
/// Words that stand before a program and change nothing about what it is.
const PREFIXES: [&str; 17] = [
    "if",
    "then",
    "else",
    "elif",
    "do",
    "while",
    "until",
    "!",
    "{",
    "exec",
    "time",
    "command",
    "sudo",
    "env",
    "tini",
    "dumb-init",
    "nohup",
];

impl Command {
    /// The program and its arguments: without assignments, and without what only starts another program.
    pub fn program(&self) -> &[Word] {
        let mut rest = &self.words[..];
        while let Some((first, after)) = rest.split_first() {
            let name = file_name(&first.text);
            if is_assignment(&first.text) || PREFIXES.contains(&name) {
                rest = after;
                // Their options: `tini --`, `sudo -E`, `env -i`.
                while let Some((option, after)) = rest.split_first() {
                    if !PREFIXES.contains(&name) || !option.text.starts_with('-') {
                        break;
                    }
                    rest = after;
                }
            } else {
                break;
            }
        }
        rest
    }

    /// The name of the program, without its folder.
    pub fn name(&self) -> &str {
        self.program().first().map_or("", |word| file_name(&word.text))
    }

    /// What is assigned before the program, as `NAME` and the word.
    pub fn assignments(&self) -> impl Iterator<Item = (&str, &str)> {
        let before = self.words.len() - self.program().len();
        self.words
            .iter()
            .take(before)
            .filter(|word| is_assignment(&word.text))
            .filter_map(|word| word.text.split_once('='))
    }

    /// The arguments of the program that are no options.
    pub fn operands(&self) -> impl Iterator<Item = &Word> {
        self.program().iter().skip(1).filter(|word| !word.text.starts_with('-'))
    }

    /// Whether the program has an argument.
    pub fn has(&self, argument: &str) -> bool {
        self.program().iter().skip(1).any(|word| word.text == argument)
    }
}

pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
    })
}

/// The commands in bytes `start..end` of a text, those of `sh -c` and `$(..)` among them, after the one that has
/// them.
pub(super) fn commands(source: &Source<'_>, joined: &Joined, start: usize, end: usize) -> Vec<Command> {
    let mut found = Vec::new();
    scan(source, joined, start, end, DEPTH, &mut found);
    found
}

/// The words in bytes `start..end` of a text in which only blanks separate.
pub(super) fn words(source: &Source<'_>, joined: &Joined, start: usize, end: usize) -> Vec<Word> {
    let mut found = Vec::new();
    let mut making = Making::default();
    let mut at = start;
    while at <= end {
        match joined.text.as_bytes().get(at).filter(|_| at < end) {
            None | Some(b' ' | b'\t' | b'\r') => {
                if let Some(from) = making.start {
                    let Making { text, expands, .. } = std::mem::take(&mut making);
                    found.push(Word { text, place: joined.place(source, from, at), expands });
                }
                at += 1;
            }
            Some(_) => at = piece(joined, at, end, &mut making),
        }
    }
    found
}

/// The commands of words that are given as a list: the one they are, and those of `sh -c`.
pub(super) fn commands_of_list(source: &Source<'_>, words: Vec<Word>) -> Vec<Command> {
    let command = Command { words, piped: false };
    let script = script_of(&command).map(|word| (word.place.start, word.place.end, word.text.clone()));
    let mut found = vec![command];
    if let Some((from, to, text)) = script {
        let inside = source.text.get(from + 1..to.saturating_sub(1)).unwrap_or_default();
        if inside == text {
            // Nothing is escaped: places inside the string are places of the file.
            let mut whole = Joined::default();
            whole.push(inside, from + 1);
            scan(source, &whole, 0, inside.len(), DEPTH - 1, &mut found);
        } else {
            let mut nested = Vec::new();
            let mut whole = Joined::default();
            whole.push(&text, 0);
            scan(source, &whole, 0, text.len(), DEPTH - 1, &mut nested);
            for word in nested.iter_mut().flat_map(|command| &mut command.words) {
                word.place = source.place(from, to);
            }
            found.extend(nested);
        }
    }
    found
}

/// The commands of a shell script.
pub(crate) fn of_text(path: &Arc<str>, text: &str) -> Vec<Command> {
    let text = &text[..text.floor_char_boundary(SCRIPT.min(text.len()))];
    let source = Source::new(path, text);
    let mut joined = Joined::default();
    joined.push(text, 0);
    commands(&source, &joined, 0, text.len())
}

/// The commands of scripts that are stretches of a text: the literal blocks of a YAML file.
pub(crate) fn of_slices(path: &Arc<str>, text: &str, slices: &[(usize, usize)]) -> Vec<Vec<Command>> {
    let source = Source::new(path, text);
    let of = |(start, end): &(usize, usize)| {
        let end = text.floor_char_boundary((*end).min(start.saturating_add(SCRIPT)));
        let mut joined = Joined::default();
        let slice = text.get(*start..end).unwrap_or_default();
        joined.push(slice, *start);
        commands(&source, &joined, 0, slice.len())
    };
    slices.iter().map(of).collect()
}

/// The commands of a text that is written at one place, every word of which gets that place.
pub(crate) fn of_words_at(text: &str, place: &Place) -> Vec<Command> {
    let mut found = of_text(&place.path, text);
    for word in found.iter_mut().flat_map(|command| &mut command.words) {
        word.place = place.clone();
    }
    found
}

/// The commands of a string in a tree.
pub(crate) fn of_item(item: &Item) -> Vec<Command> {
    item.as_str().map(|text| of_words_at(text, &item.place)).unwrap_or_default()
}

/// The commands of words that are given as a list in a tree.
pub(crate) fn of_list(words: Vec<Word>) -> Vec<Command> {
    let command = Command { words, piped: false };
    let script = script_of(&command).map(|word| of_words_at(&word.text, &word.place));
    [command].into_iter().chain(script.into_iter().flatten()).collect()
}

/// The script of `sh -c SCRIPT`.
fn script_of(command: &Command) -> Option<&Word> {
    if !matches!(command.name(), "sh" | "bash" | "dash" | "ash" | "zsh") {
        return None;
    }
    let mut words = command.program().iter().skip(1);
    words
        .by_ref()
        .take_while(|word| word.text.starts_with('-'))
        .find(|word| !word.text.starts_with("--") && word.text.contains('c'))?;
    words.next()
}

/// A word in the making.
#[derive(Default)]
struct Making {
    text: String,
    start: Option<usize>,
    expands: bool,
    /// The inside of the quotes, if the word is one quoted string.
    inside: Option<(usize, usize)>,
    pieces: u32,
    nested: Vec<(usize, usize)>,
}

fn scan(
    source: &Source<'_>,
    joined: &Joined,
    start: usize,
    end: usize,
    depth: usize,
    found: &mut Vec<Command>,
) {
    let bytes = joined.text.as_bytes();
    let end = end.min(bytes.len());
    let mut at = start;
    let mut words: Vec<Word> = Vec::new();
    let mut insides: Vec<Option<(usize, usize)>> = Vec::new();
    let mut nested: Vec<(usize, usize)> = Vec::new();
    let mut making = Making::default();
    let mut piped = false;
    let byte = |at: usize| if at < end { bytes.get(at).copied() } else { None };
    loop {
        let now = byte(at);
        let previous = at.checked_sub(1).filter(|before| *before >= start).and_then(byte);
        let redirects = now == Some(b'&')
            && (matches!(previous, Some(b'>' | b'<'))
                || (byte(at + 1) == Some(b'>') && byte(at + 2) != Some(b'&')));
        match now {
            Some(b'#') if making.start.is_none() => {
                at = memchr::memchr(b'\n', &bytes[at..end]).map_or(end, |next| at + next);
            }
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'(' | b')' | b'&') if !redirects => {
                if let Some(from) = making.start {
                    let place = joined.place(source, from, at);
                    insides.push(making.inside.filter(|_| making.pieces == 1));
                    nested.append(&mut making.nested);
                    words.push(Word {
                        text: std::mem::take(&mut making.text),
                        place,
                        expands: making.expands,
                    });
                    making = Making::default();
                }
                let Some(separator) = now else { break };
                if !matches!(separator, b' ' | b'\t' | b'\r') {
                    let blank = words.is_empty();
                    let pipe = separator == b'|' && byte(at + 1) != Some(b'|') && previous != Some(b'|');
                    finish(
                        source,
                        joined,
                        depth,
                        found,
                        std::mem::take(&mut words),
                        &mut insides,
                        &mut nested,
                        piped,
                    );
                    piped = pipe || (separator == b'\n' && piped && blank);
                }
                at += 1;
            }
            Some(_) => at = piece(joined, at, end, &mut making),
            None => break,
        }
    }
    finish(source, joined, depth, found, words, &mut insides, &mut nested, piped);
}

#[expect(clippy::too_many_arguments, reason = "the state of the scan, handed on once")]
fn finish(
    source: &Source<'_>,
    joined: &Joined,
    depth: usize,
    found: &mut Vec<Command>,
    words: Vec<Word>,
    insides: &mut Vec<Option<(usize, usize)>>,
    nested: &mut Vec<(usize, usize)>,
    piped: bool,
) {
    let insides = std::mem::take(insides);
    let nested = std::mem::take(nested);
    if words.is_empty() {
        return;
    }
    let command = Command { words, piped };
    let script = script_of(&command)
        .and_then(|script| command.words.iter().position(|word| word.place == script.place))
        .and_then(|at| insides.get(at).copied().flatten());
    found.push(command);
    if depth > 0 {
        for (from, to) in nested.into_iter().chain(script) {
            scan(source, joined, from, to, depth - 1, found);
        }
    }
}

/// Takes one piece of a word: a character, a quoted string, an expansion. Returns where the next one starts.
fn piece(joined: &Joined, at: usize, end: usize, making: &mut Making) -> usize {
    let text = &joined.text[..end];
    let bytes = text.as_bytes();
    making.start.get_or_insert(at);
    making.pieces += 1;
    match bytes[at] {
        b'\\' => {
            let Some(next) = text[at + 1..].chars().next() else { return end };
            if next != '\n' {
                making.text.push(next);
            }
            at + 1 + next.len_utf8()
        }
        b'\'' => {
            let close = memchr::memchr(b'\'', &bytes[at + 1..]).map_or(end, |close| at + 1 + close);
            making.text.push_str(&text[at + 1..close]);
            making.inside = Some((at + 1, close));
            (close + 1).min(end)
        }
        b'"' => {
            let mut next = at + 1;
            while next < end && bytes[next] != b'"' {
                next = match bytes[next] {
                    b'\\' if matches!(bytes.get(next + 1), Some(b'"' | b'\\' | b'$' | b'`')) => {
                        making.text.push(char::from(bytes[next + 1]));
                        next + 2
                    }
                    b'\\' if bytes.get(next + 1) == Some(&b'\n') => next + 2,
                    _ => character(text, next, making),
                };
            }
            making.inside = Some((at + 1, next.min(end)));
            (next + 1).min(end)
        }
        _ => character(text, at, making),
    }
}

/// A character that may begin an expansion.
fn character(text: &str, at: usize, making: &mut Making) -> usize {
    let bytes = text.as_bytes();
    let close = match (bytes[at], bytes.get(at + 1)) {
        (b'$', Some(b'(')) => balanced(bytes, at + 2, b'(', b')'),
        (b'$', Some(b'{')) => balanced(bytes, at + 2, b'{', b'}'),
        (b'`', _) => memchr::memchr(b'`', &bytes[at + 1..]).map(|close| at + 1 + close),
        _ => None,
    };
    making.expands |= matches!(bytes[at], b'$' | b'`');
    let Some(close) = close else {
        let next = text[at..].chars().next().map_or(1, char::len_utf8);
        making.text.push_str(&text[at..at + next]);
        return at + next;
    };
    match (bytes[at], bytes.get(at + 1)) {
        (b'$', Some(b'(')) => making.nested.push((at + 2, close)),
        (b'`', _) => making.nested.push((at + 1, close)),
        _ => {}
    }
    making.text.push_str(&text[at..=close]);
    close + 1
}

fn balanced(bytes: &[u8], from: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, byte) in bytes.iter().enumerate().skip(from).take(EXPANSION) {
        if *byte == open {
            depth += 1;
        } else if *byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str) -> Vec<Command> {
        let path: Arc<str> = Arc::from("a");
        let source = Source::new(&path, text);
        let mut joined = Joined::default();
        joined.push(text, 0);
        commands(&source, &joined, 0, text.len())
    }

    fn words(text: &str) -> Vec<Vec<String>> {
        shell(text)
            .into_iter()
            .map(|command| command.words.into_iter().map(|word| word.text).collect())
            .collect()
    }

    #[test]
    fn commands_are_told_apart() {
        assert_eq!(
            words("a b && c; d | e 2>&1 || f & (g)"),
            [vec!["a", "b"], vec!["c"], vec!["d"], vec!["e", "2>&1"], vec!["f"], vec!["g"]]
        );
        let piped: Vec<bool> = shell("a | b || c").iter().map(|command| command.piped).collect();
        assert_eq!(piped, [false, true, false]);
    }

    #[test]
    fn quotes_join_and_hide() {
        assert_eq!(words(r#"echo 'a && b'"c d"\ e # no; comment"#), [vec!["echo", "a && bc d e"]]);
        assert_eq!(
            words("echo \"${A:-x y}\" $(cat /x | wc)"),
            [vec!["echo", "${A:-x y}", "$(cat /x | wc)"], vec!["cat", "/x"], vec!["wc"]]
        );
        assert_eq!(words("echo 'open"), [vec!["echo", "open"]]);
    }

    #[test]
    fn shells_in_shells_are_followed() {
        let found = shell("A=1 exec sh -ec 'node x; y'");
        assert_eq!(found.iter().map(Command::name).collect::<Vec<_>>(), ["sh", "node", "y"]);
        assert_eq!((found[1].words[1].place.start, found[1].words[1].text.as_str()), (22, "x"));
        assert_eq!(found[0].assignments().collect::<Vec<_>>(), [("A", "1")]);
    }
}
