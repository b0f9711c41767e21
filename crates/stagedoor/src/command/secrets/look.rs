//! Looking at one text: what is found, what is allowed beside it, what may be shown.

use model::{Clock, Timestamp};
use secrets::{Finding, FingerprintKey, InlineAllowances, Rules, Scanner};
use std::sync::Arc;
use time::Date;

use super::found::{Found, Place};
use super::notes::{Kind, Note};

/// What texts are looked at with.
pub(crate) struct Look {
    pub(crate) scanner: Scanner,
    /// The same with the key before this one.
    previous: Option<Scanner>,
    pub(crate) today: Date,
}

/// A text, and where it comes from.
pub(crate) struct Text<'t> {
    pub(crate) bytes: &'t [u8],
    /// The file's name, which tells what it may be.
    pub(crate) name: &'t str,
    pub(crate) place: Place,
    /// For each line, whether it counts; all of them where this is missing.
    pub(crate) lines: Option<Vec<bool>>,
}

/// What was found in one text, or in many.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) found: Vec<Found>,
    /// How many secrets are there by leave.
    pub(crate) allowed: usize,
    pub(crate) notes: Vec<Note>,
    /// Texts that were looked at.
    pub(crate) texts: usize,
    /// What is no text.
    pub(crate) binaries: usize,
}

impl Seen {
    pub(crate) fn note(note: Note) -> Self {
        Self { notes: vec![note], ..Self::default() }
    }

    /// Whether there is nothing but numbers in it.
    pub(crate) fn tells_nothing(&self) -> bool {
        self.found.is_empty() && self.notes.is_empty()
    }

    pub(crate) fn add(&mut self, more: Self) {
        self.found.extend(more.found);
        self.allowed += more.allowed;
        self.notes.extend(more.notes);
        self.texts += more.texts;
        self.binaries += more.binaries;
    }
}

/// One time for the whole run, so that every look at a text sees the same.
struct Started(Timestamp);

impl Clock for Started {
    fn now(&self) -> Timestamp {
        self.0
    }
}

impl Look {
    pub(crate) fn new(
        rules: &Rules,
        key: FingerprintKey,
        previous: Option<FingerprintKey>,
        clock: &dyn Clock,
    ) -> Self {
        let now = clock.now();
        let scanner = |key| Scanner::new(rules.clone(), key, Arc::new(Started(now)));
        Self { scanner: scanner(key), previous: previous.map(scanner), today: now.date() }
    }

    /// The key before this one.
    pub(crate) fn previous_key(&self) -> Option<&FingerprintKey> {
        self.previous.as_ref().map(Scanner::key)
    }

    /// Whether anything is in a text.
    pub(crate) fn suspects(&self, name: &str, bytes: &[u8]) -> bool {
        !self.scanner.scan_file(name, bytes).is_empty()
    }

    /// What is in a text.
    pub(crate) fn at(&self, text: &Text<'_>) -> Seen {
        let findings = self.scanner.scan_file(text.name, text.bytes);
        let leave = InlineAllowances::read(text.bytes, self.today);
        let mut seen = Seen { texts: 1, ..Seen::default() };
        let mut used = vec![false; leave.allowances.len()];
        let mut kept = vec![false; findings.len()];
        for (finding, is_kept) in findings.iter().zip(&mut kept).filter(|(finding, _)| counts(text, finding))
        {
            match leave.allowing(finding.line, &finding.rule) {
                Some(allowance) => {
                    used[allowance] = true;
                    seen.allowed += 1;
                }
                None => *is_kept = true,
            }
        }
        let path = &text.place.path;
        let line_counts =
            |line: usize| text.lines.as_ref().is_none_or(|lines| lines.get(line - 1) == Some(&true));
        for problem in leave.problems.iter().filter(|problem| line_counts(problem.line)) {
            seen.notes.push(Note::with(Kind::NoLeave, format!("{path}:{}", problem.line), &problem.message));
        }
        // Of a change only some lines are looked at: what stands on others may well be needed.
        if text.lines.is_none() {
            let unused = leave.allowances.iter().zip(used).filter(|(_, used)| !used);
            seen.notes.extend(unused.map(|(one, _)| Note::new(Kind::Unused, format!("{path}:{}", one.line))));
        }
        if kept.contains(&true) {
            seen.found = self.found(text, findings, &kept);
        }
        seen
    }

    fn found(&self, text: &Text<'_>, findings: Vec<Finding>, kept: &[bool]) -> Vec<Found> {
        let excerpts = self.scanner.excerpts(text.name, text.bytes, &findings);
        // Both scans see the same rules at the same time, and so find the same.
        let previous = self.previous.iter().flat_map(|scanner| scanner.scan_file(text.name, text.bytes));
        let previous = previous.map(|finding| Some(finding.fingerprint)).chain(std::iter::repeat(None));
        findings
            .into_iter()
            .zip(excerpts)
            .zip(previous)
            .zip(kept)
            .filter(|(_, kept)| **kept)
            .map(|(((mut finding, excerpt), previous), _)| {
                // Keys of documents lead to a value; a key can be a secret itself.
                finding.path = finding.path.map(|path| self.scanner.redact(&path).into_owned());
                Found { finding, excerpt, place: text.place.clone(), previous }
            })
            .collect()
    }
}

/// Whether any line of a secret counts.
fn counts(text: &Text<'_>, finding: &Finding) -> bool {
    let Some(lines) = &text.lines else { return true };
    let secret = text.bytes.get(finding.span.clone()).unwrap_or_default();
    let height = secret.split(|byte| *byte == b'\n').count() - 1;
    let last = (finding.line + height).min(lines.len());
    (finding.line..=last).any(|line| lines.get(line - 1) == Some(&true))
}
