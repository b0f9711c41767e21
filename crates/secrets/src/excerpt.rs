//! What a report may show of the line that a secret stands on.

use std::ops::Range;

use crate::copies::{Copies, apart};
use crate::finding::Finding;
use crate::mask::NOTHING;
use crate::scanner::Scanner;

/// Bytes shown on each side of a secret.
const SIDE: usize = 60;

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
    /// The lines of findings in the file they were found in, in their order.
    pub fn excerpts(&self, name: &str, text: &[u8], findings: &[Finding]) -> Vec<Excerpt> {
        let covers = self.covers(name, text).into_iter();
        let covers = apart(covers.chain(findings.iter().map(|finding| finding.span.clone())).collect());
        let copies = Copies::of(text, findings);
        findings.iter().map(|finding| excerpt(text, finding, &covers, &copies)).collect()
    }
}

fn excerpt(text: &[u8], finding: &Finding, covers: &[Range<usize>], copies: &Copies) -> Excerpt {
    let span = finding.span.start.min(text.len())..finding.span.end.min(text.len());
    // No further than what is shown: many secrets may stand on one long line.
    let floor = span.start.saturating_sub(SIDE);
    let line_start = memchr::memrchr(b'\n', &text[floor..span.start]).map(|at| floor + at + 1);
    let start = line_start.unwrap_or(floor);
    let ceiling = text.len().min(span.end.saturating_add(SIDE));
    let line_end = memchr::memchr(b'\n', &text[span.start..ceiling]).map(|at| span.start + at);
    let end = line_end.unwrap_or(ceiling);
    let end = if line_end.is_some() && text[start..end].ends_with(b"\r") { end - 1 } else { end };

    let mut shown = Excerpt { text: String::new(), column: 1, width: 0 };
    if line_start.is_none() && floor > 0 {
        shown.text.push('…');
    }
    let mut at = start;
    let first = covers.partition_point(|cover| cover.end <= start);
    for cover in covers[first..].iter().take_while(|cover| cover.start < end) {
        plain(copies, &text[at..cover.start.clamp(at, end)], &mut shown.text);
        let is_its_own = cover.start <= span.start && span.start < cover.end;
        let mask = if is_its_own { finding.masked.as_str() } else { NOTHING };
        if is_its_own {
            shown.column = shown.text.chars().count() + 1;
            shown.width = mask.chars().count();
        }
        shown.text.push_str(mask);
        at = cover.end.clamp(at, end);
    }
    plain(copies, &text[at..end], &mut shown.text);
    if span.end > end || (line_end.is_none() && ceiling < text.len()) {
        shown.text.push('…');
    }
    shown
}

/// Adds a piece of a line that holds no finding, without what it shares with any secret.
fn plain(copies: &Copies, piece: &[u8], shown: &mut String) {
    if piece.is_empty() {
        return;
    }
    let Some(holes) = copies.holes(piece) else {
        shown.push('…');
        return;
    };
    let mut at = 0;
    for hole in holes {
        printable(&piece[at..hole.start], shown);
        shown.push_str(NOTHING);
        at = hole.end;
    }
    printable(&piece[at..], shown);
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
    use crate::copies::RUN;
    use crate::tests::scanner;

    /// A key's block, in pieces so that no scanner takes this file for a leak.
    fn block(body: &str) -> String {
        ["-----BEGIN ", "PRIVATE KEY-----\n", body, "\n-----END ", "PRIVATE KEY-----"].concat()
    }

    const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

    fn one(text: &str) -> Excerpt {
        let found = scanner().scan(text.as_bytes());
        assert_eq!(found.len(), 1, "{text}");
        scanner().excerpts("", text.as_bytes(), &found).remove(0)
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
            for shown in scanner().excerpts("", text.as_bytes(), &found) {
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
