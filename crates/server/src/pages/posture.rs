//! The posture page: the production checklist against what is in force.

use askama::Template;

use super::{Frame, Icon, Text, Theme, assets, filters, paths};

/// The page "Posture".
#[derive(Debug, Template)]
#[template(path = "posture.html")]
pub struct PosturePage {
    /// Surroundings.
    pub frame: Frame,
    /// The lines of the checklist, in order.
    pub lines: Vec<Line>,
}

/// One line of the checklist.
#[derive(Clone, Debug)]
pub struct Line {
    /// A sentence that is true when it passes.
    pub title: Text,
    /// Whether it does.
    pub state: State,
    /// What speaks against it.
    pub findings: Vec<Row>,
    /// What could not be looked at, and why.
    pub unknown: Vec<Text>,
    /// How many rules looked.
    pub looked: usize,
}

/// Whether a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Pass,
    /// It does not.
    Fail,
    /// It does not, and somebody answers for it.
    Accepted,
    /// Nothing speaks against it, but not everything could be looked at.
    Unknown,
}

/// Something that speaks against a line.
#[derive(Clone, Debug)]
pub struct Row {
    /// The rule's id.
    pub rule: Text,
    /// How bad it is.
    pub severity: Text,
    /// What is wrong.
    pub message: Text,
    /// Where.
    pub place: Text,
    /// Why it matters.
    pub why: Text,
    /// What to do.
    pub fix: Text,
    /// What makes it true.
    pub evidence: Vec<Text>,
    /// The reason and the last day, where somebody answers for it.
    pub accepted: Option<(Text, Text)>,
}

impl PosturePage {
    /// One sentence that sums up.
    pub(crate) fn summary(&self) -> String {
        let count = |state: State| self.lines.iter().filter(|line| line.state == state).count();
        let (pass, fail) = (count(State::Pass), count(State::Fail));
        let mut text = match fail {
            0 => format!("{pass} of {} lines of the production checklist hold", self.lines.len()),
            1 => format!("{pass} of {} lines of the production checklist hold, 1 does not", self.lines.len()),
            _ => format!(
                "{pass} of {} lines of the production checklist hold, {fail} do not",
                self.lines.len()
            ),
        };
        for (count, words) in [
            (count(State::Accepted), "accepted for a time"),
            (count(State::Unknown), "cannot be told from the configuration alone"),
        ] {
            if count > 0 {
                text.extend([", ", &count.to_string(), " ", words]);
            }
        }
        text + "."
    }
}

impl State {
    pub(crate) fn icon(self) -> Icon {
        Icon::named(match self {
            Self::Pass => "ok",
            Self::Fail => "stop",
            Self::Accepted | Self::Unknown => "part",
        })
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Pass => "ok",
            Self::Fail => "stop",
            Self::Accepted => "warn",
            Self::Unknown => "note",
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
        }
    }
}

impl Line {
    pub(crate) fn opens(&self) -> bool {
        !self.findings.is_empty() || !self.unknown.is_empty()
    }

    pub(crate) fn looked(&self) -> String {
        match self.looked {
            1 => "1 rule looked".to_owned(),
            count => format!("{count} rules looked"),
        }
    }
}
