//! Secrets of many lines, from a line until another. Until the end is seen, everything that can be a
//! part of one is taken for one.
//!
//! Whether a byte belongs to a block is decided by the bytes before it and those of its own line, so a
//! text that arrives in chunks is cut where the whole would be.

use std::ops::Range;

use crate::pattern::{Match, Pattern};

/// Bytes of one block; what goes on longer is no key.
pub(crate) const LONGEST: usize = 64 * 1024;
/// What every key in armour begins with.
const BEGIN: &[u8] = b"-----BEGIN ";
/// Bytes of the longest beginning, and of the longest end.
const MARK: usize = 256;
/// Bytes of a header or a comment line, and how far into the block one may stand.
const HEADER: usize = 300;
const HEADERS: usize = 1024;
/// Words in a line; more of them are prose.
const WORDS: usize = 6;
/// Bytes of a last, partial line that count as one of a key.
const PARTIAL: usize = 16;

/// Where the body of a block ends.
enum Body {
    /// Here: the end was seen, or something that is no key.
    Ends(usize),
    /// Here as far as the text goes; more text may move it.
    Open(usize),
}

/// The block that the secret of `begin` starts: to its end, or as far as the text looks like one.
pub(crate) fn span(text: &[u8], begin: &Match, end: &Pattern) -> Range<usize> {
    match body(text, begin.whole.end, end) {
        Body::Ends(at) | Body::Open(at) => begin.secret.start..at,
    }
}

/// Whether what more text may bring decides where the block at `at` ends, or whether one begins there.
pub(crate) fn is_open(text: &[u8], at: usize, begin: &Pattern, end: &Pattern) -> bool {
    match begin.at(text, at, text.len()) {
        None => text.len() - at < MARK,
        Some(begin) => matches!(body(text, begin.whole.end, end), Body::Open(_)),
    }
}

fn body(text: &[u8], from: usize, end: &Pattern) -> Body {
    let most = text.len().min(from + LONGEST);
    // No key holds the beginning of another, and so a run of beginnings is read once.
    match memchr::memmem::find(&text[from..most], BEGIN) {
        Some(next) => match body_within(&text[..from + next], from, end) {
            Body::Ends(at) | Body::Open(at) => Body::Ends(at),
        },
        None => body_within(text, from, end),
    }
}

fn body_within(text: &[u8], from: usize, end: &Pattern) -> Body {
    let most = text.len().min(from + LONGEST);
    let (mut at, mut last) = (from, from);
    while at < most {
        let line = &text[at..most];
        let margin = margin(line);
        let ends =
            || end.find(text, at..most.min(at + MARK)).is_some_and(|found| found.whole.start == at + margin);
        if at > from && at - from < HEADERS && is_header(&line[margin..]) && !ends() {
            let Some(length) = line.iter().take(HEADER).position(|byte| *byte == b'\n') else {
                return if line.len() < HEADER { Body::Open(last) } else { Body::Ends(last) };
            };
            at += length + 1;
            continue;
        }
        let run = line.iter().take_while(|byte| is_body(**byte)).count();
        // The end may go on beyond what looks like a body.
        if let Some(found) = end.find(text, at..most.min(at + run + MARK))
            && found.whole.start <= at + run
        {
            return Body::Ends(found.whole.end);
        }
        let ends_here = line.get(run) == Some(&b'\n') || run == line.len();
        if !ends_here {
            let inside = line[..run].trim_ascii_end().len();
            let is_part = line[..inside].trim_ascii_start().len() >= PARTIAL;
            let ends = if is_part { at + inside } else { last };
            return if line.len() - run < MARK && most == text.len() && from + LONGEST > most {
                // It may be the start of an end that is not all there.
                Body::Open(ends)
            } else {
                Body::Ends(ends)
            };
        }
        let words = line[..run].split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count();
        let is_prose = words > WORDS;
        if run == line.len() {
            let inside = at + line.trim_ascii_end().len();
            let reached = if is_prose || inside == at { last } else { inside };
            return if most < from + LONGEST { Body::Open(reached) } else { Body::Ends(reached) };
        }
        if is_prose {
            return Body::Ends(last);
        }
        if line[..run].iter().any(u8::is_ascii_alphanumeric) {
            last = at + line[..run].trim_ascii_end().len();
        }
        at += run + 1;
    }
    if most < from + LONGEST { Body::Open(last) } else { Body::Ends(last) }
}

/// Bytes of a key's lines: base64, indentation, and what holds the pieces of a literal together.
fn is_body(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_ \t\r\\\"'`,;:.#*|>()[]@".contains(&byte)
}

/// Indentation, and the marks of patches, quotes and comments.
fn margin(line: &[u8]) -> usize {
    line.iter().take(16).take_while(|byte| b" \t+->#*|".contains(byte)).count()
}

/// `Proc-Type: 4,ENCRYPTED`.
fn is_header(line: &[u8]) -> bool {
    let name = line.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    name > 0 && line.get(name) == Some(&b':') && line.get(name + 1) == Some(&b' ')
}
