//! "What I may do": who you are to this server, and which policies decide about you.

use askama::Template;

use super::{Frame, Icon, RefLink, Text, Theme, When, assets, filters, paths};

/// The page "What I may do".
#[derive(Debug, Template)]
#[template(path = "access.html")]
pub struct AccessPage {
    /// Surroundings.
    pub frame: Frame,
    /// Who the viewer is.
    pub identity: RefLink,
    /// How they came in, for example `one-time link`.
    pub signed_in_by: Text,
    /// When the session ends; `None` where there is no session.
    pub session_ends: Option<When>,
    /// What they own things as: themselves and their groups.
    pub ownership: Vec<RefLink>,
    /// Every action of the policy, in the order of its schema.
    pub actions: Vec<ActionRow>,
}

/// One action and what the policy says about it.
#[derive(Clone, Debug)]
pub struct ActionRow {
    /// Its name, for example `catalog.entity.read`.
    pub action: Text,
    /// What it means, in a few words.
    pub meaning: Text,
    /// What the policy answers.
    pub verdict: Verdict,
    /// The policies that decided; empty when nothing allows it.
    pub policies: Vec<Policy>,
}

/// What the policy answers about an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// On everything.
    Allowed,
    /// On what fits the condition, put in words.
    Conditional(Text),
    /// On nothing.
    Refused,
}

/// A policy that decided.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its id: its `@id`, or its file and its place in it.
    pub id: Text,
}

impl AccessPage {
    /// One sentence that sums up.
    pub(crate) fn summary(&self) -> String {
        let count = |wanted: fn(&Verdict) -> bool| self.actions.iter().filter(|a| wanted(&a.verdict)).count();
        let allowed = count(|v| *v == Verdict::Allowed);
        let conditional = count(|v| matches!(v, Verdict::Conditional(_)));
        let refused = count(|v| *v == Verdict::Refused);
        let all = self.actions.len();
        let refused = if refused == 0 { "none".to_owned() } else { refused.to_string() };
        match (allowed, conditional) {
            (0, 0) => format!("The policy allows you none of its {all} actions."),
            (allowed, 0) => {
                format!("The policy allows you {allowed} of its {all} actions and refuses {refused}.")
            }
            (0, some) => format!(
                "The policy allows you {some} of its {all} actions, on some things, and refuses {refused}."
            ),
            (allowed, some) => format!(
                "The policy allows you {allowed} of its {all} actions, {some} more on some things, and refuses {refused}."
            ),
        }
    }
}

impl ActionRow {
    pub(crate) fn icon(&self) -> Icon {
        Icon::named(match self.verdict {
            Verdict::Allowed => "ok",
            Verdict::Conditional(_) => "part",
            Verdict::Refused => "stop",
        })
    }

    pub(crate) fn state(&self) -> &'static str {
        match self.verdict {
            Verdict::Allowed => "ok",
            Verdict::Conditional(_) => "note",
            Verdict::Refused => "stop",
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self.verdict {
            Verdict::Allowed => "allowed",
            Verdict::Conditional(_) => "on some things",
            Verdict::Refused => "refused",
        }
    }

    pub(crate) fn condition(&self) -> Option<&Text> {
        match &self.verdict {
            Verdict::Conditional(text) => Some(text),
            _ => None,
        }
    }
}
