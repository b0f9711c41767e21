//! What a check came to, as it may be shown: without secrets, and without anything that moves a cursor. Every form of
//! the report is made of this, and of nothing else.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use checks::accept::Acceptance;
use checks::fix::{self, Edit, Kind};
use checks::{Checklist, Confidence, Entry, Finding, Place, Repository, Severity};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::excerpt::{self, Excerpt};
use super::quoting::Quoting;
use crate::sarif::Change;

/// The whole report.
#[derive(Default)]
pub(crate) struct Shown {
    /// What was checked.
    pub(crate) roots: Vec<Root>,
    /// The rules that were asked for.
    pub(crate) rules: Vec<&'static Entry>,
    /// By place.
    pub(crate) findings: Vec<ShownFinding>,
    /// Findings that somebody accepted.
    pub(crate) accepted: Vec<(ShownFinding, ShownAcceptance)>,
    /// Findings that the baseline knows.
    pub(crate) known: usize,
    /// Findings of the baseline that are gone.
    pub(crate) vanished: usize,
    /// Rules that could not run, and why.
    pub(crate) skipped: Vec<Skipped>,
    /// Ids of the rules that ran.
    pub(crate) ran: Vec<&'static str>,
    /// Paths that were not read, and why.
    pub(crate) unread: Vec<(String, String)>,
    /// The running instance that was asked, in place of repositories.
    pub(crate) instance: Option<Instance>,
    /// The applications of the repositories.
    pub(crate) projects: Vec<ShownProject>,
}

/// A repository that was checked.
#[derive(Debug)]
pub(crate) struct Root {
    /// The name of its folder.
    pub(crate) name: String,
    /// Where that is.
    pub(crate) folder: PathBuf,
    /// Files that were read.
    pub(crate) files: usize,
}

/// A running instance that was asked.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) base: String,
    pub(crate) answers: usize,
}

/// Why a finding is let be.
pub(crate) struct ShownAcceptance {
    pub(crate) reason: String,
    pub(crate) until: String,
    pub(crate) spot: Spot,
    pub(crate) is_inline: bool,
}

/// A rule that could not run.
#[derive(Debug)]
pub(crate) struct Skipped {
    pub(crate) rule: &'static str,
    pub(crate) reason: String,
}

/// A Backstage application.
#[derive(Debug)]
pub(crate) struct ShownProject {
    pub(crate) folder: String,
    /// What production runs with, one line each.
    pub(crate) productions: Vec<String>,
    /// The release that rules judge by; none is judged as the current one.
    pub(crate) release: Option<ShownRelease>,
}

/// A Backstage release, and what says so.
#[derive(Debug)]
pub(crate) struct ShownRelease {
    pub(crate) release: String,
    pub(crate) how: String,
    /// Otherwise it is the lowest that package.json allows.
    pub(crate) certain: bool,
}

/// A place, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) path: String,
    /// From 1; 0 for a whole file.
    pub(crate) line: u32,
    /// From 1; 0 for a whole file.
    pub(crate) column: u32,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return f.write_str(&self.path);
        }
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// One finding.
pub(crate) struct ShownFinding {
    pub(crate) entry: &'static Entry,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) spot: Spot,
    pub(crate) excerpt: Option<Excerpt>,
    pub(crate) message: String,
    pub(crate) why: String,
    pub(crate) fix: ShownFix,
    pub(crate) evidence: Vec<(Option<Spot>, String)>,
    /// The same as long as the line says the same, wherever it is in its file.
    pub(crate) fingerprint: String,
}

impl ShownFinding {
    /// Lines for a shell that ask an instance again.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &str> {
        self.evidence.iter().filter_map(|(_, text)| split_command(text).1)
    }
}

/// What a link of evidence says, and the line for a shell at its end, which is no text to be wrapped.
pub(crate) fn split_command(text: &str) -> (&str, Option<&str>) {
    let starts = ["GUEST=$(curl ", "curl -sSi "];
    match starts.iter().filter_map(|start| text.find(start)).min() {
        Some(at) => (text[..at].trim_end_matches([':', ' ']), Some(&text[at..])),
        None => (text, None),
    }
}

/// What to do.
#[derive(Clone, Debug)]
pub(crate) struct ShownFix {
    pub(crate) kind: Kind,
    pub(crate) what: String,
    /// As JSON has them.
    pub(crate) edits: Vec<Value>,
    /// The lines that they change, where a secret is on none of them.
    pub(crate) changes: Vec<Change>,
}

/// Makes findings of one repository fit to be shown.
pub(crate) struct Showing<'r> {
    repository: &'r Repository,
    /// Comes before paths: empty, or ends with `/`.
    prefix: &'r str,
    quoting: Quoting<'r>,
    /// How often what makes a fingerprint was met.
    met: HashMap<String, usize>,
}

impl<'r> Showing<'r> {
    pub(crate) fn new(repository: &'r Repository, prefix: &'r str) -> Self {
        Self { repository, prefix, quoting: Quoting::new(repository), met: HashMap::new() }
    }

    /// Looks for secrets in all files that findings quote, before they are asked for one by one.
    pub(crate) fn prepare(&mut self, findings: &[Finding]) {
        let steps = findings.iter().flat_map(|finding| &finding.evidence);
        let places = steps.filter_map(|step| step.place.as_ref());
        self.quoting
            .prepare(findings.iter().map(|finding| &finding.place).chain(places).map(|place| &place.path));
    }

    pub(crate) fn finding(&mut self, entry: &'static Entry, finding: &Finding) -> ShownFinding {
        // A message may name what another place of the chain says.
        let places: Vec<Place> = std::iter::once(&finding.place)
            .chain(finding.evidence.iter().filter_map(|step| step.place.as_ref()))
            .cloned()
            .collect();
        let is_secret = entry.rule.checklist == Checklist::Secrets;
        let excerpt = excerpt::of(&finding.place, is_secret, self.repository, &mut self.quoting);
        let fingerprint = self.fingerprint(finding, excerpt.as_ref());
        ShownFinding {
            entry,
            fingerprint,
            severity: finding.severity,
            confidence: finding.confidence,
            spot: self.spot(&finding.place),
            excerpt,
            message: self.quoting.line(&finding.message, &places),
            why: self.quoting.line(&finding.why, &places),
            fix: ShownFix {
                kind: finding.fix.kind,
                what: self.quoting.line(&finding.fix.what, &places),
                edits: finding.fix.edits.iter().map(|edit| self.edit(edit)).collect(),
                changes: self.changes(&finding.fix).unwrap_or_default(),
            },
            evidence: finding
                .evidence
                .iter()
                .map(|step| {
                    let spot = step.place.as_ref().map(|place| self.spot(place));
                    (spot, self.quoting.line(&step.text, &places))
                })
                .collect(),
        }
    }

    pub(crate) fn acceptance(&mut self, one: &Acceptance) -> ShownAcceptance {
        ShownAcceptance {
            reason: self.quoting.line(&one.reason, [&one.place]),
            until: one.until.to_string(),
            spot: self.spot(&one.place),
            is_inline: one.is_inline,
        }
    }

    /// Of what may be shown only, so that nothing can be guessed from it.
    fn fingerprint(&mut self, finding: &Finding, excerpt: Option<&Excerpt>) -> String {
        let path = self.quoting.line(&finding.place.path, []);
        let line = excerpt.map_or("", |excerpt| excerpt.text.trim());
        let same = format!("{}\n{path}\n{line}", finding.rule);
        let number = self.met.entry(same.clone()).and_modify(|number| *number += 1).or_insert(1);
        let digest = Sha256::digest(format!("{same}\n{number}"));
        digest.iter().take(16).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// The lines that a fix changes; none if it cannot be applied, or if a secret is on one of them.
    fn changes(&mut self, fix: &fix::Fix) -> Option<Vec<Change>> {
        if fix.edits.is_empty() {
            return None;
        }
        let plan = fix::plan(&self.repository.files, [fix], Kind::Suggested);
        plan.changes
            .iter()
            .map(|(path, (before, after))| {
                let (first, end, text) = changed(before, after);
                let shown = self.quoting.text(&text, [&Place::whole(path)]);
                (shown == text).then(|| Change { path: self.path(path), first, end, text })
            })
            .collect()
    }

    pub(crate) fn path(&mut self, path: &str) -> String {
        let path = format!("{}{path}", self.prefix);
        self.quoting.line(&path, [])
    }

    pub(crate) fn line(&mut self, text: &str) -> String {
        self.quoting.line(text, [])
    }

    fn spot(&mut self, place: &Place) -> Spot {
        Spot { path: self.path(&place.path), line: place.line, column: place.column }
    }

    fn edit(&mut self, edit: &Edit) -> Value {
        let place = edit.place();
        let spot = self.spot(place);
        let mut told = json!({ "path": spot.path, "line": spot.line.max(1), "column": spot.column.max(1) });
        let (kind, text, value) = match edit {
            Edit::Replace { text, .. } => ("replace", Some(text), None),
            Edit::InsertAfter { text, .. } => ("insert-after", Some(text), None),
            Edit::InsertBefore { text, .. } => ("insert-before", Some(text), None),
            Edit::Set { value, .. } => ("set", None, Some(value)),
            Edit::Add { key, value, .. } => {
                told["key"] = key.as_str().into();
                ("add", None, Some(value))
            }
            Edit::Remove { .. } => ("remove", None, None),
            Edit::RemoveLines { .. } => ("remove-lines", None, None),
        };
        told["edit"] = kind.into();
        if let Some(text) = text {
            told["text"] = self.quoting.text(text, [place]).into();
        }
        if let Some(value) = value {
            told["value"] = value.clone();
        }
        told
    }
}

/// The lines of a text that another has different: the first, the one after the last, and what comes instead.
fn changed(before: &str, after: &str) -> (usize, usize, String) {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    (start + 1, old.len() - end + 1, new[start..new.len() - end].concat())
}

#[cfg(test)]
mod tests {
    use super::{changed, split_command};

    #[test]
    fn commands_are_told_from_what_is_said() {
        let of = "answered 200: curl -sSi 'http://a/'";
        assert_eq!(split_command(of), ("answered 200", Some("curl -sSi 'http://a/'")));
        assert_eq!(split_command("curl -sSi x"), ("", Some("curl -sSi x")));
        assert_eq!(split_command("GUEST=$(curl -sS x | sed y); curl -sSi z").0, "");
        assert_eq!(split_command("answered 200"), ("answered 200", None));
    }

    #[test]
    fn only_lines_that_differ_are_changed() {
        assert_eq!(changed("a\nb\nc\n", "a\nx\nc\n"), (2, 3, "x\n".to_owned()));
        assert_eq!(changed("a\nc\n", "a\nb\nc\n"), (2, 2, "b\n".to_owned()));
        assert_eq!(changed("a\na\n", "a\n"), (2, 3, String::new()));
        assert_eq!(changed("", "a"), (1, 1, "a".to_owned()));
    }
}
