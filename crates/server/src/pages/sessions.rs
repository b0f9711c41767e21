//! Sessions: one's own on all devices, and, for administrators, everybody's.

use askama::Template;

use super::{Frame, Href, Icon, RefLink, Text, Theme, When, assets, filters, paths};

/// The page of sessions.
#[derive(Debug, Template)]
#[template(path = "sessions.html")]
pub struct SessionsPage {
    /// Surroundings.
    pub frame: Frame,
    /// Whether it shows everybody's.
    pub all: bool,
    /// Whether the viewer may end what it shows. One's own can always be ended.
    pub ends: bool,
    /// The sessions.
    pub rows: Vec<SessionRow>,
    /// The next page.
    pub next: Option<Href>,
    /// Where the other view is, if the viewer may see it.
    pub other: Option<Other>,
    /// What was just done.
    pub notice: Option<Text>,
}

/// The way to the other view.
#[derive(Clone, Debug)]
pub struct Other {
    /// What the button says.
    pub label: Text,
    /// Where it leads.
    pub href: Href,
}

/// One session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its name, for the form that ends it.
    pub id: String,
    /// Whose it is.
    pub user: RefLink,
    /// The device, as far as its browser says.
    pub device: Text,
    /// The address that it was begun from.
    pub address: Text,
    /// How the person came in.
    pub way: Text,
    /// When it began.
    pub began: When,
    /// When it was last used, to the minute.
    pub seen: When,
    /// When it ends by itself.
    pub ends: When,
    /// Whether it is the one that looks.
    pub current: bool,
}

impl SessionsPage {
    pub(crate) fn heading(&self) -> &'static str {
        if self.all { "Everybody's sessions" } else { "My sessions" }
    }

    /// One sentence that sums up.
    pub(crate) fn summary(&self) -> String {
        let count = self.rows.len();
        match (self.all, count) {
            (true, 0) => "Nobody is signed in.".to_owned(),
            (true, _) => {
                "Who is signed in, the latest first. Ending a session takes effect at once.".to_owned()
            }
            (false, 0) => "You came with a token, and have no session.".to_owned(),
            (false, 1) => "You are signed in on this device alone.".to_owned(),
            (false, _) => format!("You are signed in {count} times. End what you do not know."),
        }
    }

    pub(crate) fn may_end(&self) -> bool {
        self.ends && !self.form_token().is_empty()
    }

    pub(crate) fn end(&self) -> Href {
        if self.all { paths::sessions_of_all_end() } else { paths::sessions_end() }
    }

    pub(crate) fn form_token(&self) -> &str {
        self.frame.viewer.as_ref().map_or("", |viewer| viewer.form_token.as_str())
    }
}
