//! What a rule reports.

use serde::Serialize;

use crate::Place;
use crate::fix::Fix;

/// How bad it is where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth mending.
    Low,
    /// Weakens a defence.
    Medium,
    /// A way in for some, or a broken defence.
    High,
    /// A way in for strangers.
    Critical,
}

impl Severity {
    /// So many steps less, but never nothing.
    #[must_use]
    pub fn less(self, steps: u8) -> Self {
        match (self as u8).saturating_sub(steps) {
            0 => Self::Low,
            1 => Self::Medium,
            2 => Self::High,
            _ => Self::Critical,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure the rule is that what it says is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A pattern that is often a problem.
    Low,
    /// True unless something that was not seen makes it otherwise.
    Medium,
    /// Read from what is there.
    High,
}

impl Confidence {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One link of the chain that makes a finding true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it is written, if it is.
    pub place: Option<Place>,
    /// What it says, as a phrase: `production loads app-config.yaml, then app-config.production.yaml`.
    pub text: String,
}

/// One thing that is wrong at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is here.
    pub severity: Severity,
    /// How sure that is.
    pub confidence: Confidence,
    /// Where to look, and what to change.
    pub place: Place,
    /// What is wrong, as a sentence without a full stop. Never holds a secret's value.
    pub message: String,
    /// Why it matters here and in this release, in one line.
    pub why: String,
    /// What to do.
    pub fix: Fix,
    /// What makes it true, from the cause to the place.
    pub evidence: Vec<Step>,
}

/// Takes a rule's findings.
#[derive(Debug)]
pub struct Findings {
    rule: &'static str,
    severity: Severity,
    found: Vec<Finding>,
}

impl Findings {
    /// Of one rule, with the severity it has unless a finding says otherwise.
    pub(crate) fn new(rule: &'static str, severity: Severity) -> Self {
        Self { rule, severity, found: Vec::new() }
    }

    /// Reports something; the rest is said by the calls that follow. Confidence is high, the fix manual and empty
    /// until said.
    pub(crate) fn at(&mut self, place: &Place, message: impl Into<String>) -> Report<'_> {
        self.found.push(Finding {
            rule: self.rule,
            severity: self.severity,
            confidence: Confidence::High,
            place: place.clone(),
            message: message.into(),
            why: String::new(),
            fix: Fix::manual(""),
            evidence: Vec::new(),
        });
        Report { finding: self.found.last_mut().expect("it was just pushed") }
    }

    /// Makes those one less bad that are somewhere.
    pub(crate) fn lessen(&mut self, is_there: impl Fn(&Place) -> bool) {
        for finding in self.found.iter_mut().filter(|finding| is_there(&finding.place)) {
            finding.severity = finding.severity.less(1);
        }
    }

    /// What was reported.
    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}

/// A finding that is being told.
pub(crate) struct Report<'a> {
    finding: &'a mut Finding,
}

impl Report<'_> {
    /// How bad it is here, where that is not the rule's own severity.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    /// How sure that is.
    pub(crate) fn confidence(self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    /// Why it matters, in one line.
    pub(crate) fn why(self, why: impl Into<String>) -> Self {
        self.finding.why = why.into();
        self
    }

    /// What to do.
    pub(crate) fn fix(self, fix: Fix) -> Self {
        self.finding.fix = fix;
        self
    }

    /// One more link of the chain, from the cause to the place.
    pub(crate) fn because(self, place: Option<&Place>, text: impl Into<String>) -> Self {
        self.finding.evidence.push(Step { place: place.cloned(), text: text.into() });
        self
    }

    /// Several of them.
    pub(crate) fn evidence(self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.finding.evidence.extend(steps);
        self
    }
}
