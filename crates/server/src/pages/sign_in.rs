//! The page a stranger gets, on every page path and with status 401.

use askama::Template;

use super::{Frame, Href, Icon, Text, Theme, assets, filters, paths};

/// The sign-in page.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// Surroundings; `viewer` is `None`.
    pub frame: Frame,
    /// Ways to sign in, in the order of the configuration. Empty where only the link of development
    /// mode leads in.
    pub providers: Vec<Provider>,
    /// Whether the server runs in development mode, where it prints a one-time link at its start.
    pub development: bool,
    /// Shown above the rest, for example that a session has ended.
    pub notice: Option<Text>,
}

/// One way to sign in.
#[derive(Clone, Debug)]
pub struct Provider {
    /// What the button says, for example `Sign in with GitHub`.
    pub label: Text,
    /// Where it leads.
    pub href: Href,
}
