//! What is shown in place of a secret.

use std::fmt;

use crate::rule::{Rule, Shape};

/// Values shorter than this show nothing of themselves, in characters.
const SHORT: usize = 24;
/// Characters shown of the end.
const TAIL: usize = 4;
/// Most characters shown of a fixed start.
const HEAD: usize = 12;
/// What stands for a value of which nothing is shown.
pub(crate) const NOTHING: &str = "***";

/// The masked form of a secret: `ghp_…4f2a`, or `***`. Nothing of it can be a secret again.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Masked(Box<str>);

impl Masked {
    /// Masks what a rule found. The start is shown only where the rule itself says what it is.
    pub(crate) fn of(rule: Option<&Rule>, secret: &[u8]) -> Self {
        let hidden = rule.is_some_and(|rule| matches!(rule.shape, Shape::Block { .. }));
        let text = std::str::from_utf8(secret).unwrap_or_default();
        if hidden || text.chars().count() < SHORT {
            return Self(NOTHING.into());
        }
        let from = text.char_indices().rev().nth(TAIL - 1).map_or(0, |(at, _)| at);
        let tail = &text[from..];
        if !tail.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Self(format!("{}…", head(rule, text)).into());
        }
        Self(format!("{}…{tail}", head(rule, text)).into())
    }

    /// The masked form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keyword that a token starts with.
fn head<'t>(rule: Option<&Rule>, text: &'t str) -> &'t str {
    let Some(Rule { shape: Shape::Token { keywords, .. }, .. }) = rule else { return "" };
    keywords
        .iter()
        .filter(|keyword| keyword.len() <= HEAD && text.as_bytes().starts_with(keyword))
        .map(|keyword| keyword.len())
        .max()
        .and_then(|length| text.get(..length))
        .unwrap_or_default()
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
