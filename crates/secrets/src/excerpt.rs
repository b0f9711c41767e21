//! What a report may show of the line that a secret stands on.

use std::ops::Range;

use crate::finding::Finding;
use crate::mask::NOTHING;
use crate::scanner::Scanner;

/// Bytes shown on each side of a secret.
const SIDE: usize = 60;
/// Bytes in a row of a secret that are shown nowhere, wherever they stand.
const RUN: usize = 8;
/// Shortest secret that is looked for elsewhere on the line.
const SHORTEST: usize = 4;
/// Bytes of the secrets of one text beyond which nothing but masks is shown.
const SECRETS: usize = 1 << 20;

/// A line around a secret, with masks in place of it and of every other secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The text: one line, without control characters.
    pub text: String,
    /// Where in `text` the mask starts, in characters, from 1.
    pub column: usize,
    /// Characters of the mask.
    pub width: usize,
}

impl Scanner {
    /// The lines of findings in the text they were found in, in their order.
    pub fn excerpts(&self, text: &[u8], findings: &[Finding]) -> Vec<Excerpt> {
        let hits = self.hits(text).into_iter().map(|hit| hit.cover);
        let covers = apart(hits.chain(findings.iter().map(|finding| finding.span.clone())).collect());
        let secrets = Secrets::of(text, findings);
        findings.iter().map(|finding| excerpt(text, finding, &covers, &secrets)).collect()
    }
}

fn excerpt(text: &[u8], finding: &Finding, covers: &[Range<usize>], secrets: &Secrets<'_>) -> Excerpt {
    let span = finding.span.start.min(text.len())..finding.span.end.min(text.len());
    let line_start = memchr::memrchr(b'\n', &text[..span.start]).map_or(0, |at| at + 1);
    let rest = &text[span.start..];
    let line_end = span.start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line_end = if text[line_start..line_end].ends_with(b"\r") { line_end - 1 } else { line_end };
    let start = line_start.max(span.start.saturating_sub(SIDE));
    let end = line_end.min(span.end.saturating_add(SIDE)).max(start);

    let mut shown = Excerpt { text: String::new(), column: 1, width: 0 };
    if start > line_start {
        shown.text.push('…');
    }
    let mut at = start;
    let first = covers.partition_point(|cover| cover.end <= start);
    for cover in covers[first..].iter().take_while(|cover| cover.start < end) {
        secrets.plain(&text[at..cover.start.clamp(at, end)], &mut shown.text);
        let is_its_own = cover.start <= span.start && span.start < cover.end;
        let mask = if is_its_own { finding.masked.as_str() } else { NOTHING };
        if is_its_own {
            shown.column = shown.text.chars().count() + 1;
            shown.width = mask.chars().count();
        }
        shown.text.push_str(mask);
        at = cover.end.clamp(at, end);
    }
    secrets.plain(&text[at..end], &mut shown.text);
    if end < line_end || span.end > line_end {
        shown.text.push('…');
    }
    shown
}

/// Sorted, and apart from one another.
fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
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

/// The secrets of a text, so that no second copy of one is shown.
struct Secrets<'t> {
    /// Every [`RUN`] bytes in a row of them, sorted. None if there are too many.
    runs: Option<Vec<&'t [u8]>>,
    short: Vec<&'t [u8]>,
}

impl<'t> Secrets<'t> {
    fn of(text: &'t [u8], findings: &[Finding]) -> Self {
        let mut secrets: Vec<&[u8]> =
            findings.iter().filter_map(|finding| text.get(finding.span.clone())).collect();
        secrets.sort_unstable();
        secrets.dedup();
        let short =
            secrets.iter().copied().filter(|secret| (SHORTEST..RUN).contains(&secret.len())).collect();
        if secrets.iter().map(|secret| secret.len()).sum::<usize>() > SECRETS {
            return Self { runs: None, short };
        }
        let mut runs: Vec<&[u8]> = secrets.iter().flat_map(|secret| secret.windows(RUN)).collect();
        runs.sort_unstable();
        runs.dedup();
        Self { runs: Some(runs), short }
    }

    /// Adds a piece of a line that holds no finding, without what it shares with any secret.
    fn plain(&self, piece: &[u8], shown: &mut String) {
        if piece.is_empty() {
            return;
        }
        let Some(runs) = &self.runs else {
            shown.push('…');
            return;
        };
        let mut hidden: Vec<Range<usize>> = piece
            .windows(RUN)
            .enumerate()
            .filter(|(_, window)| runs.binary_search(window).is_ok())
            .map(|(at, _)| at..at + RUN)
            .collect();
        for short in &self.short {
            hidden.extend(memchr::memmem::find_iter(piece, short).map(|at| at..at + short.len()));
        }
        let mut at = 0;
        for hole in apart(hidden) {
            printable(&piece[at..hole.start], shown);
            shown.push_str(NOTHING);
            at = hole.end;
        }
        printable(&piece[at..], shown);
    }
}

/// Adds text without anything that moves the cursor or turns the direction of reading.
fn printable(bytes: &[u8], shown: &mut String) {
    for letter in String::from_utf8_lossy(bytes).chars() {
        let is_invisible = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        shown.push(match letter {
            '\t' => ' ',
            _ if letter.is_control() || is_invisible => char::REPLACEMENT_CHARACTER,
            _ => letter,
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tests::scanner;

    /// A key's block, in pieces so that no scanner takes this file for a leak.
    fn block(body: &str) -> String {
        ["-----BEGIN ", "PRIVATE KEY-----\n", body, "\n-----END ", "PRIVATE KEY-----"].concat()
    }

    const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

    fn one(text: &str) -> Excerpt {
        let found = scanner().scan(text.as_bytes());
        assert_eq!(found.len(), 1, "{text}");
        scanner().excerpts(text.as_bytes(), &found).remove(0)
    }

    #[test]
    fn the_mask_stands_where_the_secret_stood() {
        let shown = one(&format!("a\n\tkey: '{}' # ü\r\n", block(BODY)));
        assert_eq!((shown.text.as_str(), shown.column, shown.width), (" key: '***…", 8, 3));
        let long = "x".repeat(5000);
        let shown = one(&format!("{long} {}", block(BODY)));
        assert_eq!(shown.text, format!("…{} ***…", "x".repeat(59)));
        assert_eq!(shown.column, 62);
    }

    #[test]
    fn a_second_copy_of_a_secret_is_not_shown_either() {
        let text = format!("{BODY}, \u{202e}\u{7}in part {}: {}", &BODY[20..40], block(BODY));
        let shown = one(&text);
        assert!(!shown.text.contains(&BODY[20..28]), "{}", shown.text);
        assert!(
            shown.text.contains("in part ***: ***") && !shown.text.contains('\u{202e}'),
            "{}",
            shown.text
        );
    }

    proptest! {
        #[test]
        fn no_eight_characters_of_a_secret_are_shown(
            before in "[ -~]{0,90}", after in "[ -~\n]{0,90}", body in "[A-Za-z0-9+/]{64}",
        ) {
            let text = format!("{before}{}{after}{body}", block(&body));
            let found = scanner().scan(text.as_bytes());
            for shown in scanner().excerpts(text.as_bytes(), &found) {
                prop_assert!(!shown.text.contains('\n'));
                for window in body.as_bytes().windows(RUN) {
                    let window = std::str::from_utf8(window).expect("it is ASCII");
                    prop_assert!(!shown.text.contains(window) || before.contains(window), "{}", shown.text);
                }
                let mask: String = shown.text.chars().skip(shown.column - 1).take(shown.width).collect();
                prop_assert!(mask.is_empty() || found.iter().any(|one| one.masked.as_str() == mask));
            }
        }
    }
}
