//! Glob patterns as minimatch reads them, matched without exponential time.
//!
//! Understood: `*` and `?` within a segment, `**` as a whole segment, `[a-z]`, `[!a]`, `{a,b}`,
//! `{1..3}`, and `\` before a character that stands for itself. Refused with an error, where
//! minimatch would give them a meaning: `+(…)` and its kin, `[[:alpha:]]`, and patterns over the
//! limits.

mod brace;
mod segment;
mod walk;

use segment::Segment;

/// Bytes that a pattern may have.
const MAX_BYTES: usize = 1 << 10;

/// Segments that a pattern may have in each of its alternatives.
const MAX_SEGMENTS: usize = 64;

/// What may differ between the uses of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Options {
    ignore_case: bool,
    /// Whether wildcards match names that start with a dot.
    dot: bool,
    /// Whether `**` crosses slashes.
    globstar: bool,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// Nothing but slashes.
    #[error("pattern is empty")]
    Empty,
    /// Over 1024 bytes or 64 segments.
    #[error("pattern is too long: at most 1024 bytes and 64 segments")]
    TooLong,
    /// Over 32 braces, or over 100 alternatives once they are written out.
    #[error("pattern `{0}` is too large: at most 32 braces and 100 alternatives")]
    TooManyAlternatives(String),
    /// `@(a|b)` and the like.
    #[error("pattern `{0}` uses `{1}(`, which is not supported; write `{{a,b}}` or several patterns")]
    Extended(String, char),
    /// `[[:alpha:]]`.
    #[error("pattern `{0}` uses a character class name, which is not supported; write a range like `[a-z]`")]
    ClassName(String),
    /// `..` after a wildcard, or between alternatives that differ.
    #[error("pattern `{0}` steps upwards after a wildcard")]
    StepsUp(String),
}

/// A pattern for files below a folder, as catalog file locations have them: wildcards do not match
/// names that start with a dot.
#[derive(Clone, Debug)]
pub struct Glob {
    base: String,
    has_wildcards: bool,
    /// What follows the base, in each alternative.
    alternatives: Vec<Vec<Segment>>,
}

impl Glob {
    /// Reads a pattern; `/` separates folders.
    pub fn parse(pattern: &str) -> Result<Self, GlobError> {
        let options = Options { ignore_case: false, dot: false, globstar: true };
        let mut alternatives = compile(pattern, options)?;
        for alternative in &mut alternatives {
            // The root and the current folder say where paths start, not what they match.
            let mut is_first = true;
            alternative.retain(|segment| {
                let is_root = std::mem::take(&mut is_first) && segment.literal() == Some("");
                !is_root && segment.literal() != Some(".")
            });
        }
        let has_wildcards = alternatives.len() > 1 || alternatives.iter().flatten().any(Segment::is_wildcard);
        let common = common_prefix(&alternatives);
        let mut base = String::new();
        for segment in alternatives.first().into_iter().flatten().take(common) {
            if !base.is_empty() {
                base.push('/');
            }
            base.push_str(segment.literal().unwrap_or_default());
        }
        if pattern.starts_with('/') {
            base.insert(0, '/');
        }
        for alternative in &mut alternatives {
            alternative.drain(..common.min(alternative.len()));
            if alternative.iter().any(|segment| segment.literal() == Some("..")) {
                return Err(GlobError::StepsUp(shorten(pattern)));
            }
        }
        Ok(Self { base, has_wildcards, alternatives })
    }

    /// Whether the pattern can match more than one path.
    pub fn has_wildcards(&self) -> bool {
        self.has_wildcards
    }

    /// The folder that all matches are in: the longest part of the pattern before the first
    /// wildcard. Empty for the current folder; it starts with `/` when the pattern does, and may
    /// hold `..`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether a file matches. `relative` is its path from [`Glob::base`], without `./`.
    pub fn matches(&self, relative: &str) -> bool {
        let path: Vec<&str> = relative.split('/').filter(|segment| !segment.is_empty()).collect();
        self.alternatives.iter().any(|pattern| walk::matches(pattern, &path))
    }

    /// Whether some file below a folder may match. `relative` is its path from [`Glob::base`].
    pub fn may_descend(&self, relative: &str) -> bool {
        let path: Vec<&str> = relative.split('/').filter(|segment| !segment.is_empty()).collect();
        self.alternatives.iter().any(|pattern| walk::may_descend(pattern, &path))
    }
}

/// A pattern for whole texts, mostly URLs, that ignores case: the `pattern` of `catalog.rules` and
/// the origins of `backend.cors`.
#[derive(Clone, Debug)]
pub struct TextGlob {
    is_negated: bool,
    /// `None` for a pattern that starts with `#`, which matches nothing.
    alternatives: Option<Vec<Vec<Segment>>>,
}

impl TextGlob {
    /// As minimatch with `nocase` and `dot`: for `catalog.rules`. `**` crosses slashes, and a
    /// leading `!` turns the meaning around.
    pub fn parse(pattern: &str) -> Result<Self, GlobError> {
        Self::with(pattern, Options { ignore_case: true, dot: true, globstar: true })
    }

    /// As minimatch with `nocase` and `noglobstar`: for origins. `**` is `*`, and no wildcard
    /// matches a dot at the start of a segment.
    pub fn parse_origin(pattern: &str) -> Result<Self, GlobError> {
        Self::with(pattern, Options { ignore_case: true, dot: false, globstar: false })
    }

    fn with(pattern: &str, options: Options) -> Result<Self, GlobError> {
        if pattern.starts_with('#') {
            return Ok(Self { is_negated: false, alternatives: None });
        }
        let positive = pattern.trim_start_matches('!');
        let is_negated = pattern.len().saturating_sub(positive.len()) % 2 == 1;
        Ok(Self { is_negated, alternatives: Some(compile(positive, options)?) })
    }

    /// Whether the text matches.
    pub fn matches(&self, text: &str) -> bool {
        let Some(alternatives) = &self.alternatives else { return false };
        let path = segment::split(text);
        alternatives.iter().any(|pattern| walk::matches_text(pattern, &path)) != self.is_negated
    }
}

fn compile(pattern: &str, options: Options) -> Result<Vec<Vec<Segment>>, GlobError> {
    if pattern.len() > MAX_BYTES {
        return Err(GlobError::TooLong);
    }
    if let Some(sign) = extended(pattern) {
        return Err(GlobError::Extended(shorten(pattern), sign));
    }
    let expanded = brace::expand(pattern).ok_or_else(|| GlobError::TooManyAlternatives(shorten(pattern)))?;
    expanded.iter().map(|text| segment::compile(text, options)).collect()
}

/// The sign before the bracket of `?(`, `*(`, `+(`, `@(` or `!(`.
fn extended(pattern: &str) -> Option<char> {
    let pairs = pattern.chars().zip(pattern.chars().skip(1));
    pairs.into_iter().find(|(sign, next)| *next == '(' && "?*+@!".contains(*sign)).map(|(sign, _)| sign)
}

/// How many segments all alternatives share before their first wildcard, the last one left out.
fn common_prefix(alternatives: &[Vec<Segment>]) -> usize {
    let Some((first, others)) = alternatives.split_first() else { return 0 };
    let shortest = alternatives.iter().map(Vec::len).min().unwrap_or(0);
    let shared = first.iter().enumerate().take(shortest.saturating_sub(1)).take_while(|(index, segment)| {
        segment.literal().is_some() && others.iter().all(|other| other.get(*index) == Some(*segment))
    });
    shared.count()
}

fn shorten(pattern: &str) -> String {
    pattern.chars().take(120).collect()
}

#[cfg(test)]
mod tests;
