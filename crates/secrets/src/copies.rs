//! Copies of secrets: a message that quotes a part of a text must not show what was found in it.
//!
//! What gave a secret away (a name, the block it stood in) is often not quoted with it, so the message
//! alone cannot be judged.

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::Finding;
use crate::mask::NOTHING;
use crate::scanner::Scanner;

/// Bytes in a row of a secret that are shown nowhere, wherever they stand.
pub(crate) const RUN: usize = 8;
/// Shortest secret that is looked for elsewhere.
const SHORTEST: usize = 4;
/// Bytes of the secrets of one text beyond which nothing that quotes it is shown.
const SECRETS: usize = 1 << 20;
/// Bytes in a row that are no part of ordinary words (`https://`), whatever they look like.
const WORDS: usize = 16;

/// The secrets of a text, to know copies of them, in upper or lower case: refs are folded.
pub struct Copies {
    /// Every [`RUN`] bytes in a row of them, sorted. None if there are too many.
    runs: Option<Vec<[u8; RUN]>>,
    /// The secrets that are no longer than ordinary words may be, sorted.
    short: Vec<Box<[u8]>>,
}

impl Scanner {
    /// What must not be shown of a file by whatever quotes it.
    pub fn copies(&self, name: &str, bytes: &[u8]) -> Copies {
        Copies::of(bytes, &self.scan_file(name, bytes))
    }
}

impl Copies {
    pub(crate) fn of(text: &[u8], findings: &[Finding]) -> Self {
        let spans = findings.iter().filter_map(|finding| text.get(finding.span.clone()));
        let mut secrets: Vec<Vec<u8>> = spans.map(<[u8]>::to_ascii_lowercase).collect();
        secrets.sort_unstable();
        secrets.dedup();
        let short = secrets.iter().filter(|secret| (SHORTEST..WORDS).contains(&secret.len()));
        let short = short.map(|secret| Box::from(&**secret)).collect();
        if secrets.iter().map(Vec::len).sum::<usize>() > SECRETS {
            return Self { runs: None, short };
        }
        let mut runs: Vec<[u8; RUN]> =
            secrets.iter().flat_map(|secret| secret.array_windows()).copied().collect();
        runs.sort_unstable();
        runs.dedup();
        Self { runs: Some(runs), short }
    }

    /// A message, without what it shares with the secrets of the text that it quotes. Ordinary words that
    /// a secret happens to hold stay.
    pub fn mask<'t>(&self, message: &'t str) -> Cow<'t, str> {
        let bytes = message.as_bytes();
        let Some(mut holes) = self.holes(bytes) else { return Cow::Borrowed(NOTHING) };
        holes.retain(|hole| {
            let copy = &bytes[hole.clone()];
            copy.len() >= WORDS
                || copy.iter().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
                || self.short.iter().any(|secret| copy.eq_ignore_ascii_case(secret))
        });
        if holes.is_empty() {
            return Cow::Borrowed(message);
        }
        let mut masked = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for hole in holes {
            masked.extend_from_slice(&bytes[at..hole.start]);
            masked.extend_from_slice(NOTHING.as_bytes());
            at = hole.end;
        }
        masked.extend_from_slice(&bytes[at..]);
        // A run may end within a character.
        Cow::Owned(String::from_utf8_lossy(&masked).into_owned())
    }

    /// Where a piece of text shares something with a secret; none if nothing of it may be shown.
    pub(crate) fn holes(&self, piece: &[u8]) -> Option<Vec<Range<usize>>> {
        let runs = self.runs.as_ref()?;
        let piece = piece.to_ascii_lowercase();
        let mut holes: Vec<Range<usize>> = piece
            .array_windows()
            .enumerate()
            .filter(|(_, window)| runs.binary_search(window).is_ok())
            .map(|(at, _)| at..at + RUN)
            .collect();
        for short in self.short.iter().filter(|secret| secret.len() < RUN) {
            holes.extend(memchr::memmem::find_iter(&piece, short).map(|at| at..at + short.len()));
        }
        Some(apart(holes))
    }
}

/// Sorted, and apart from one another.
pub(crate) fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use crate::tests::{scanner, scanner_with};

    #[test]
    fn a_message_shows_no_part_of_a_secret_that_its_text_holds() {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        let key = ["-----BEGIN ", "PRIVATE KEY-----\n", body, "\n-----END ", "PRIVATE KEY-----"].concat();
        let copies = scanner().copies("a.txt", key.as_bytes());
        let message = format!("`{}…` is no name; see https://stagedoor.example", &body[7..30]);
        assert_eq!(copies.mask(&message), "`***…` is no name; see https://stagedoor.example");
        assert_eq!(copies.mask("seven: IEvQIBA"), "seven: IEvQIBA");
        assert_eq!(copies.mask(&format!("api:{}", body[..20].to_lowercase())), "api:***");
    }

    #[test]
    fn words_that_a_secret_holds_may_be_said() {
        let rules = "[[rule]]\nid = 'acme'\nname = 'x'\nsource = 'x'\nkeywords = ['acme:']\npattern = 'acme:[a-z/:.]{20,60}'\n";
        let scanner = scanner_with(crate::load_rules(rules).rules);
        let copies = scanner.copies("a.txt", b"acme:https://correct.horse.battery.staple");
        let message = "it is no https:// URL: `https://correct.horse`";
        assert_eq!(copies.mask(message), "it is no https:// URL: `***`");
    }
}
