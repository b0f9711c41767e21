use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, File, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let files: Vec<&File> =
        cx.repository().files.iter().filter(|file| file.path.ends_with(".cedar")).collect();
    if files.is_empty() {
        return Err(Skip::because("no Cedar policy here"));
    }
    for file in files {
        for (start, end) in open_permits(file.text().unwrap_or_default()) {
            findings
                .at(&file.place(start, end), "a policy permits everything to everyone who is signed in")
                .why("no other permit adds to it: it is the same as no policy, but for what a `forbid` takes away")
                .fix(Fix::manual("permit actions by name, to those who need them"));
        }
    }
    Ok(())
}

/// Where `permit (principal, action, resource);` stands, without comments and conditions.
fn open_permits(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let words = words(text);
    for (at, (start, word)) in words.iter().enumerate() {
        if *word != "permit" {
            continue;
        }
        let rest: Vec<&str> = words[at + 1..].iter().take(8).map(|(_, word)| *word).collect();
        if let ["(", "principal", ",", "action", ",", "resource", ")", ";"] = rest[..] {
            found.push((*start, words[at + 8].0 + 1));
        }
    }
    found
}

/// Names and marks with their places; comments and texts in quotes are passed over.
fn words(text: &str) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
            }
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(bytes.len());
                found.push((start, "\""));
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                    at += 1;
                }
                found.push((start, &text[start..at]));
            }
            byte if byte.is_ascii_punctuation() => {
                at += 1;
                found.push((start, &text[start..at]));
            }
            _ => at += 1,
        }
    }
    found
}
