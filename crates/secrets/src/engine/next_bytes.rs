//! What may follow a short keyword, by the patterns that begin with it.

use regex_syntax::hir::literal::Extractor;

use crate::rule::Shape;

/// Most literals that a pattern is taken apart into.
const LITERALS: usize = 512;
/// Bytes of each: one more than the keywords this is for.
const LENGTH: usize = 4;

/// How a rule's secrets may start; none if any way will do.
pub(super) type Starts = Option<Vec<Vec<u8>>>;

/// The first bytes of whatever the rule looks for.
pub(super) fn starts(shape: &Shape) -> Starts {
    let Shape::Token { pattern, reach: 0, .. } = shape else { return None };
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    let hir = parser.parse(pattern.text()).ok()?;
    let mut extractor = Extractor::new();
    extractor.limit_class(256).limit_literal_len(LENGTH).limit_total(LITERALS);
    let literals = extractor.extract(&hir);
    Some(literals.literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect())
}

/// A set of bytes.
pub(super) struct NextBytes([bool; 256]);

impl NextBytes {
    /// The bytes that may follow `keyword` where these are how secrets start; none if any may.
    pub(super) fn of<'s>(keyword: &[u8], starts: impl Iterator<Item = &'s Starts>) -> Option<Self> {
        let mut next = Self([false; 256]);
        for start in starts {
            for bytes in start.as_ref()? {
                match bytes.get(..keyword.len()) {
                    Some(start) if start.eq_ignore_ascii_case(keyword) => {
                        let byte = *bytes.get(keyword.len())?;
                        next.0[usize::from(byte.to_ascii_lowercase())] = true;
                        next.0[usize::from(byte.to_ascii_uppercase())] = true;
                    }
                    Some(_) => {}
                    // The pattern may end, or go on with anything, before the keyword does.
                    None => return None,
                }
            }
        }
        Some(next)
    }

    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    fn next(keyword: &str, pattern: &str) -> Option<Vec<u8>> {
        let shape = Shape::Token {
            keywords: vec![keyword.as_bytes().into()],
            pattern: Pattern::trusted(pattern),
            reach: 0,
        };
        let found = NextBytes::of(keyword.as_bytes(), [starts(&shape)].iter())?;
        Some((0..=u8::MAX).filter(|byte| found.contains(*byte)).collect())
    }

    #[test]
    fn what_follows_is_read_from_the_pattern() {
        assert_eq!(next("sk_", "sk_[0-2]{8}"), Some(b"012".to_vec()));
        assert_eq!(next("pat", "pat[ab]{14}|other"), Some(b"ABab".to_vec()));
        assert_eq!(next("pat", "(?:pat|pit)x"), Some(b"Xx".to_vec()));
        assert_eq!(next("sk_", "(?i)SK_a"), Some(b"Aa".to_vec()));
        assert_eq!(next("sk_", "sk_.{3}").map(|next| next.len() > 200), Some(true));
        assert_eq!(next("sk_", "sk_"), None);
    }
}
