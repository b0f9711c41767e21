//! What a rule is.

use crate::{Checklist, Context, Findings, Page, Severity};

/// A rule of the production checklist. Its id is the name of its file, its page the `.md` beside it.
pub struct Rule {
    /// The line of the checklist it is part of.
    pub checklist: Checklist,
    /// How bad a finding is unless it says otherwise.
    pub severity: Severity,
    /// Whether a production `serve` starts with it.
    pub serve: Serve,
    /// Looks, and reports. A rule that cannot know says why it was skipped; that nothing was found means that it
    /// looked and is content.
    pub check: fn(&Context<'_>, &mut Findings) -> Ran,
}

/// What a production `serve` does about a finding in its effective configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serve {
    /// Does not start, unless the finding is accepted.
    Refuses,
    /// Starts, and shows it on the posture page.
    Reports,
    /// The rule looks at things that a server's configuration does not have.
    Inapplicable,
}

/// How a rule ended.
pub type Ran = Result<(), Skip>;

/// Why a rule could not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip(pub String);

impl Skip {
    /// Because of this, as a phrase: `no Dockerfile here`.
    pub fn because(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// A rule in the registry.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Words with `-` between them.
    pub id: &'static str,
    /// The rule.
    pub rule: &'static Rule,
    page: &'static str,
}

impl Entry {
    pub(crate) const fn new(id: &'static str, rule: &'static Rule, page: &'static str) -> Self {
        Self { id, rule, page }
    }

    /// What it is about, for people.
    pub fn page(&self) -> Page {
        Page::parse(self.page)
    }
}
