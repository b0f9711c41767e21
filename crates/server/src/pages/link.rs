//! The page a one-time link opens. Opening it spends nothing; sending its form does.

use askama::Template;

use super::{Frame, Icon, Text, Theme, assets, filters, paths};

/// Most users offered; with more of them a name is typed.
const MOST_OFFERED: usize = 100;

/// The form that redeems a one-time link.
#[derive(Template)]
#[template(path = "link.html")]
pub struct LinkPage {
    /// Surroundings; `viewer` is `None`.
    pub frame: Frame,
    /// The token of the link, sent back by the form.
    pub token: Text,
    /// Users to choose from; empty when the link is for one user.
    pub users: Vec<Choice>,
    /// The user already chosen: the link's own, or the one last sent.
    pub chosen: Option<Text>,
    /// Why the last try failed, and what to do.
    pub error: Option<Text>,
}

// The token opens a session, so a debug print leaves it out.
impl std::fmt::Debug for LinkPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkPage").field("users", &self.users.len()).finish_non_exhaustive()
    }
}

/// A user one may sign in as.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Canonical ref, sent by the form as `user`.
    pub entity_ref: Text,
    /// Name to show.
    pub name: Text,
}

impl LinkPage {
    /// Whether sending the form can work. With an error and nobody to choose the link is spent, and
    /// there is nothing to send.
    pub(crate) fn is_usable(&self) -> bool {
        self.error.is_none() || !self.users.is_empty()
    }

    /// Whether the users fit a list to choose from.
    pub(crate) fn is_list(&self) -> bool {
        self.users.len() <= MOST_OFFERED
    }

    pub(crate) fn offered(&self) -> &[Choice] {
        &self.users[..self.users.len().min(MOST_OFFERED)]
    }

    pub(crate) fn is_chosen(&self, choice: &Choice) -> bool {
        self.chosen.as_ref() == Some(&choice.entity_ref)
    }

    pub(crate) fn chosen_text(&self) -> &str {
        self.chosen.as_ref().map_or("", Text::as_str)
    }
}
