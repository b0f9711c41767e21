//! What another scanner's rule lets pass: files, words and expressions.

use crate::pattern::Pattern;

/// Where a rule applies, and what of it is let pass.
#[derive(Default)]
pub(crate) struct Filter {
    /// The file's name must match, where there is a name.
    pub(crate) path: Option<Pattern>,
    pub(crate) allow: Vec<Allow>,
}

/// One list of what is let pass.
pub(crate) struct Allow {
    pub(crate) paths: Vec<Pattern>,
    pub(crate) regexes: Vec<Pattern>,
    pub(crate) target: Target,
    /// In lower case.
    pub(crate) stopwords: Vec<String>,
    /// Whether every kind of test that is there must hold; otherwise one is enough.
    pub(crate) all: bool,
}

/// What a list's expressions look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Secret,
    Match,
    Line,
}

/// One match, as filters see it.
pub(crate) struct Sight<'t> {
    pub(crate) name: Option<&'t str>,
    pub(crate) secret: &'t [u8],
    pub(crate) whole: &'t [u8],
    pub(crate) line: &'t [u8],
}

impl Filter {
    /// Whether the match is to be told.
    pub(crate) fn tells(&self, sight: &Sight<'_>) -> bool {
        let applies = match (&self.path, sight.name) {
            (Some(path), Some(name)) => is_match(path, name.as_bytes()),
            _ => true,
        };
        applies && !self.allow.iter().any(|allow| allow.lets_pass(sight))
    }
}

impl Allow {
    fn lets_pass(&self, sight: &Sight<'_>) -> bool {
        let target = match self.target {
            Target::Secret => sight.secret,
            Target::Match => sight.whole,
            Target::Line => sight.line,
        };
        let lower = sight.secret.to_ascii_lowercase();
        let tests = [
            (!self.paths.is_empty()).then(|| {
                sight.name.is_some_and(|name| self.paths.iter().any(|path| is_match(path, name.as_bytes())))
            }),
            (!self.regexes.is_empty()).then(|| self.regexes.iter().any(|regex| is_match(regex, target))),
            (!self.stopwords.is_empty()).then(|| {
                self.stopwords.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
            }),
        ];
        let mut held = tests.into_iter().flatten().peekable();
        if self.all { held.peek().is_some() && held.all(|held| held) } else { held.any(|held| held) }
    }
}

fn is_match(pattern: &Pattern, text: &[u8]) -> bool {
    pattern.find(text, 0..text.len()).is_some()
}
