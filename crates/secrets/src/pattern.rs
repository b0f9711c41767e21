//! A regular expression of a rule: ASCII classes over bytes, compiled when it is first needed.

use std::ops::Range;
use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, PatternID};

/// Bytes that one compiled expression may take.
const COMPILED_BYTES: usize = 4 << 20;
/// Bytes that matching it may cache.
const CACHE_BYTES: usize = 1 << 20;
/// The name of the group that is the secret.
const GROUP: &str = "secret";

/// A regular expression that may name a group `secret`.
pub(crate) struct Pattern {
    text: Box<str>,
    /// Whether it may tell apart what JSON escapes: ends of lines, blanks, quotes.
    reads_escaped: bool,
    compiled: OnceLock<Option<Compiled>>,
}

struct Compiled {
    regex: Regex,
    pick: Pick,
}

/// Which part of a match is the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The group named `secret`, or the whole match where there is none.
    Named,
    /// The whole match.
    Whole,
    /// The group of this number.
    Group(usize),
    /// The first group that matched something, or the whole match.
    FirstGroup,
}

/// What a pattern matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) whole: Range<usize>,
    pub(crate) secret: Range<usize>,
}

impl Pattern {
    /// A pattern that is known to compile: those of the rules in the binary, which tests compile.
    pub(crate) fn trusted(text: &str) -> Self {
        Self { text: text.into(), reads_escaped: reads_escaped(text), compiled: OnceLock::new() }
    }

    /// A pattern of somebody else. The error says what is wrong, in the words of the parser.
    pub(crate) fn parse(text: &str, pick: Pick) -> Result<Self, String> {
        let compiled = compile(text, pick)?;
        let cell = OnceLock::new();
        let _ = cell.set(Some(compiled));
        Ok(Self { text: text.into(), reads_escaped: reads_escaped(text), compiled: cell })
    }

    /// The expression.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether undoing the escapes of a JSON text may change what it matches.
    pub(crate) fn reads_escaped(&self) -> bool {
        self.reads_escaped
    }

    fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| compile(&self.text, Pick::Named).ok()).as_ref()
    }

    /// The match that starts at `at`, looking no further than `end`.
    pub(crate) fn at(&self, text: &[u8], at: usize, end: usize) -> Option<Match> {
        let input = Input::new(text).span(at..end.min(text.len())).anchored(Anchored::Yes);
        self.search(&input)
    }

    /// The first match in `span`.
    pub(crate) fn find(&self, text: &[u8], span: Range<usize>) -> Option<Match> {
        self.search(&Input::new(text).span(span.start..span.end.min(text.len())))
    }

    fn search(&self, input: &Input<'_>) -> Option<Match> {
        let Compiled { regex, pick } = self.compiled()?;
        if input.start() > input.end() {
            return None;
        }
        if *pick == Pick::Whole {
            let whole = regex.search(input)?.range();
            return Some(Match { secret: whole.clone(), whole });
        }
        let mut captures = regex.create_captures();
        regex.search_captures(input, &mut captures);
        let whole = captures.get_match()?.range();
        let secret = match pick {
            Pick::Group(group) => captures.get_group(*group),
            _ => (1..captures.group_len())
                .filter_map(|at| captures.get_group(at))
                .find(|span| !span.is_empty()),
        };
        Some(Match { secret: secret.map_or_else(|| whole.clone(), |span| span.range()), whole })
    }
}

fn reads_escaped(pattern: &str) -> bool {
    [r"\n", r"\r", r"\s", r"\t", r"\\", "\"", "[^", "."].iter().any(|part| pattern.contains(part))
}

fn compile(text: &str, pick: Pick) -> Result<Compiled, String> {
    let config = Regex::config()
        .nfa_size_limit(Some(COMPILED_BYTES))
        .hybrid_cache_capacity(CACHE_BYTES)
        .onepass_size_limit(Some(COMPILED_BYTES))
        .utf8_empty(false);
    let regex = Regex::builder()
        .configure(config)
        .syntax(syntax::Config::new().unicode(false).utf8(false).nest_limit(100))
        .build(text)
        .map_err(|error| match error.size_limit() {
            Some(limit) => format!("the expression needs more than {limit} bytes when compiled"),
            None => error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string),
        })?;
    let groups = regex.group_info();
    let count = groups.group_len(PatternID::ZERO);
    let pick = match pick {
        Pick::Named => groups.to_index(PatternID::ZERO, GROUP).map_or(Pick::Whole, Pick::Group),
        Pick::Group(group) if group >= count => return Err(format!("there is no group {group}")),
        Pick::FirstGroup if count == 1 => Pick::Whole,
        pick => pick,
    };
    Ok(Compiled { regex, pick })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_named_secret_is_the_secret() {
        let pattern = Pattern::parse(r"key=(?<secret>[a-z]{3})", Pick::Named).expect("it compiles");
        let found = pattern.at(b"key=abcd", 0, 100).expect("it matches");
        assert_eq!(found, Match { whole: 0..7, secret: 4..7 });
        assert_eq!(pattern.at(b" key=abc", 0, 100), None, "a match starts where it is asked to");
        assert_eq!(pattern.find(b" key=abc", 0..100).map(|found| found.secret), Some(5..8));
    }

    #[test]
    fn what_does_not_compile_is_told() {
        assert!(Pattern::parse("(", Pick::Named).is_err_and(|error| error.contains("unclosed group")));
        assert!(Pattern::parse("[a-z]{3}", Pick::Group(2)).is_err());
        let huge = Pattern::parse(r"(?:[\w\s]{1000}){1000}", Pick::Named);
        assert!(huge.is_err_and(|error| error.contains("bytes when compiled")));
    }
}
