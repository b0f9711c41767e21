//! What stands between a configuration and its taking effect: the production checklist.
//!
//! The server does not know the rules. Whoever starts it hands it a [`Gate`], which is asked at the start and at every
//! reload, and whose answer is shown on the posture page.

use std::fmt;

use config::{Config, Mode, Problem};

/// Judges an effective configuration.
pub trait Gate: fmt::Debug + Send + Sync {
    /// What there is to say of a configuration that is to take effect in this mode.
    fn judge(&self, config: &Config, mode: Mode) -> Judgement;
}

/// What there is to say of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// What stops it (errors), and what somebody should look at (warnings).
    pub problems: Vec<Problem>,
    /// What would stop it, had nobody answered for it.
    pub accepted: Vec<Accepted>,
    /// All of it, for people.
    pub posture: Posture,
}

/// A finding that somebody answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The rule.
    pub rule: String,
    /// Where the finding is.
    pub place: String,
    /// Why it may stay, in their words.
    pub reason: String,
    /// The last day on which it may, as `YYYY-MM-DD`.
    pub until: String,
}

/// The production checklist, line by line.
#[derive(Clone, Debug, Default)]
pub struct Posture {
    /// Its lines, in order.
    pub lines: Vec<PostureLine>,
}

/// One line of the checklist.
#[derive(Clone, Debug)]
pub struct PostureLine {
    /// A sentence that is true when it passes.
    pub title: String,
    /// Whether it does.
    pub state: PostureState,
    /// What speaks against it.
    pub findings: Vec<PostureFinding>,
    /// What could not be looked at, and why.
    pub unknown: Vec<String>,
    /// How many rules looked.
    pub looked: usize,
}

/// Whether a line of the checklist holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostureState {
    /// Everything was looked at and is well.
    Pass,
    /// Something speaks against it.
    Fail,
    /// What speaks against it is accepted for a time.
    Accepted,
    /// Nothing speaks against it, but not everything could be looked at.
    Unknown,
}

/// Something that speaks against a line.
#[derive(Clone, Debug)]
pub struct PostureFinding {
    /// The rule.
    pub rule: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// What makes it true.
    pub evidence: Vec<String>,
    /// Who answers for it: the reason, and the last day.
    pub accepted: Option<(String, String)>,
}
