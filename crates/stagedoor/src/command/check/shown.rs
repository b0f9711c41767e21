//! What a check came to, as it may be shown: without secrets, and without anything that moves a cursor. Every form of
//! the report is made of this, and of nothing else.

use std::fmt;
use std::path::PathBuf;

use checks::fix::{Edit, Kind};
use checks::{Confidence, Entry, Finding, Place, Repository, Severity};
use serde_json::{Value, json};

use super::excerpt::{self, Excerpt};
use super::quoting::Quoting;

/// The whole report.
#[derive(Default)]
pub(crate) struct Shown {
    /// What was checked.
    pub(crate) roots: Vec<Root>,
    /// The rules that were asked for.
    pub(crate) rules: Vec<&'static Entry>,
    /// By place.
    pub(crate) findings: Vec<ShownFinding>,
    /// Rules that could not run, and why.
    pub(crate) skipped: Vec<Skipped>,
    /// Ids of the rules that ran.
    pub(crate) ran: Vec<&'static str>,
    /// Paths that were not read, and why.
    pub(crate) unread: Vec<(String, String)>,
    /// The applications of the repositories.
    pub(crate) projects: Vec<ShownProject>,
}

/// A repository that was checked.
#[derive(Debug)]
pub(crate) struct Root {
    /// Its folder, as it was typed.
    pub(crate) typed: String,
    /// Where that is.
    pub(crate) folder: PathBuf,
    /// Files that were read.
    pub(crate) files: usize,
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
}

/// What to do.
#[derive(Clone, Debug)]
pub(crate) struct ShownFix {
    pub(crate) kind: Kind,
    pub(crate) what: String,
    /// As JSON has them.
    pub(crate) edits: Vec<Value>,
}

/// Makes findings of one repository fit to be shown.
pub(crate) struct Showing<'r> {
    repository: &'r Repository,
    /// Comes before paths: empty, or ends with `/`.
    prefix: &'r str,
    quoting: Quoting<'r>,
}

impl<'r> Showing<'r> {
    pub(crate) fn new(repository: &'r Repository, prefix: &'r str) -> Self {
        Self { repository, prefix, quoting: Quoting::new(repository) }
    }

    pub(crate) fn finding(&mut self, entry: &'static Entry, finding: &Finding) -> ShownFinding {
        // A message may name what another place of the chain says.
        let places: Vec<Place> = std::iter::once(&finding.place)
            .chain(finding.evidence.iter().filter_map(|step| step.place.as_ref()))
            .cloned()
            .collect();
        ShownFinding {
            entry,
            severity: finding.severity,
            confidence: finding.confidence,
            spot: self.spot(&finding.place),
            excerpt: excerpt::of(&finding.place, self.repository, &mut self.quoting),
            message: self.quoting.line(&finding.message, &places),
            why: self.quoting.line(&finding.why, &places),
            fix: ShownFix {
                kind: finding.fix.kind,
                what: self.quoting.line(&finding.fix.what, &places),
                edits: finding.fix.edits.iter().map(|edit| self.edit(edit)).collect(),
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
