//! One segment of a pattern: its parse and its match.

use super::{GlobError, MAX_SEGMENTS, Options, shorten};

/// A segment of a pattern, between slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// `**`: any number of segments.
    Globstar {
        /// Whether it goes through names that start with a dot.
        dot: bool,
    },
    /// Text without wildcards.
    Literal { text: String, ignore_case: bool },
    /// Anything else.
    Wild { tokens: Vec<Token>, options: Flags },
}

/// How a segment with wildcards matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flags {
    ignore_case: bool,
    dot: bool,
}

/// A part of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Char(char),
    Any,
    Star,
    Class { is_negated: bool, ranges: Vec<(char, char)> },
}

/// Cuts a text at its slashes, several in a row being one, and keeps the empty ends.
pub(super) fn split(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    let count = text.split('/').count();
    for (index, part) in text.split('/').enumerate() {
        let is_end = index == 0 || index.saturating_add(1) == count;
        if !part.is_empty() || is_end {
            parts.push(part);
        }
    }
    parts
}

/// Reads one alternative of a pattern, braces being gone.
pub(super) fn compile(text: &str, options: Options) -> Result<Vec<Segment>, GlobError> {
    let mut segments = Vec::new();
    for part in split(text) {
        let segment = segment(part, options).map_err(|_| GlobError::ClassName(shorten(text)))?;
        // Two `**` in a row say what one says.
        let repeats = matches!(segment, Segment::Globstar { .. }) && segments.last() == Some(&segment);
        if !repeats {
            segments.push(segment);
        }
        if segments.len() > MAX_SEGMENTS {
            return Err(GlobError::TooLong);
        }
    }
    if text.trim_matches('/').is_empty() { Err(GlobError::Empty) } else { Ok(segments) }
}

/// A class name like `[:alpha:]`.
struct ClassName;

fn segment(part: &str, options: Options) -> Result<Segment, ClassName> {
    if part == "**" && options.globstar {
        return Ok(Segment::Globstar { dot: options.dot });
    }
    let mut tokens = Vec::new();
    let mut rest = part;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        rest = after;
        let token = match letter {
            '*' if tokens.last() == Some(&Token::Star) => continue,
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => {
                let Some(escaped) = after.chars().next() else {
                    tokens.push(Token::Char('\\'));
                    break;
                };
                rest = after.get(escaped.len_utf8()..).unwrap_or_default();
                Token::Char(escaped)
            }
            '[' => match class(after)? {
                Some((class, end)) => {
                    rest = end;
                    class
                }
                None => Token::Char('['),
            },
            other => Token::Char(other),
        };
        tokens.push(token);
    }
    let is_literal = tokens.iter().all(|token| matches!(token, Token::Char(_)));
    if is_literal {
        let letters = tokens.iter().filter_map(|token| match token {
            Token::Char(letter) => Some(*letter),
            _ => None,
        });
        return Ok(Segment::Literal { text: letters.collect(), ignore_case: options.ignore_case });
    }
    let flags = Flags { ignore_case: options.ignore_case, dot: options.dot };
    Ok(Segment::Wild { tokens, options: flags })
}

/// Reads a class after its `[`, and gives what follows its `]`; `None` when it is not closed.
fn class(text: &str) -> Result<Option<(Token, &str)>, ClassName> {
    let inner = text.strip_prefix(['!', '^']).unwrap_or(text);
    let is_negated = inner.len() != text.len();
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut letters = inner.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == ']' && at > 0 {
            let end = inner.get(at..).and_then(|rest| rest.strip_prefix(']')).unwrap_or_default();
            return Ok(Some((Token::Class { is_negated, ranges }, end)));
        }
        if letter == '[' && letters.peek().is_some_and(|(_, next)| *next == ':') {
            return Err(ClassName);
        }
        let low = match letter {
            '\\' => letters.next().map_or('\\', |(_, escaped)| escaped),
            other => other,
        };
        let mut ahead = letters.clone();
        let high = match (ahead.next(), ahead.next()) {
            (Some((_, '-')), Some((_, high))) if high != ']' => {
                letters = ahead;
                match high {
                    '\\' => letters.next().map_or('\\', |(_, escaped)| escaped),
                    other => other,
                }
            }
            _ => low,
        };
        // A range that runs backwards holds nothing.
        ranges.push((low, high));
    }
    Ok(None)
}

impl Segment {
    /// The text, when the segment is nothing but text.
    pub(super) fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether the segment matches more than one text.
    pub(super) fn is_wildcard(&self) -> bool {
        self.literal().is_none()
    }

    /// Whether a name matches; for `**`, whether it may go through that name.
    pub(super) fn matches(&self, name: &str) -> bool {
        match self {
            Self::Globstar { dot } => !matches!(name, "." | "..") && (*dot || !name.starts_with('.')),
            Self::Literal { text, ignore_case: false } => text == name,
            Self::Literal { text, ignore_case: true } => text.chars().map(fold).eq(name.chars().map(fold)),
            Self::Wild { tokens, options } => {
                if name.is_empty() || matches!(name, "." | "..") {
                    return false;
                }
                let starts_wild = !matches!(tokens.first(), Some(Token::Char(_)));
                if starts_wild && !options.dot && name.starts_with('.') {
                    return false;
                }
                let letters: Vec<char> = name.chars().collect();
                tokens_match(tokens, &letters, options.ignore_case)
            }
        }
    }
}

/// Matches with one step back to the latest `*`, which is enough: time is at most the product of
/// both lengths.
fn tokens_match(tokens: &[Token], letters: &[char], ignore_case: bool) -> bool {
    let (mut token, mut letter) = (0_usize, 0_usize);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(found) = letters.get(letter) {
        match tokens.get(token) {
            Some(Token::Star) => {
                token = token.saturating_add(1);
                retry = Some((token, letter));
            }
            Some(wanted) if wanted.accepts(*found, ignore_case) => {
                token = token.saturating_add(1);
                letter = letter.saturating_add(1);
            }
            _ => {
                let Some((after_star, eaten)) = retry else { return false };
                token = after_star;
                letter = eaten.saturating_add(1);
                retry = Some((token, letter));
            }
        }
    }
    tokens.get(token..).is_some_and(|rest| rest.iter().all(|token| *token == Token::Star))
}

impl Token {
    fn accepts(&self, found: char, ignore_case: bool) -> bool {
        match self {
            Self::Char(wanted) if ignore_case => fold(*wanted) == fold(found),
            Self::Char(wanted) => *wanted == found,
            Self::Any | Self::Star => true,
            Self::Class { is_negated, ranges } => {
                let within = |letter: char| ranges.iter().any(|(low, high)| (*low..=*high).contains(&letter));
                let is_in = within(found) || (ignore_case && (within(fold(found)) || within(unfold(found))));
                is_in != *is_negated
            }
        }
    }
}

fn fold(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

fn unfold(letter: char) -> char {
    letter.to_uppercase().next().unwrap_or(letter)
}
