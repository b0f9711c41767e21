//! Errors are pages too: what happened, what one can do, and an id to give to whoever helps.

use askama::Template;

use super::{Frame, Icon, Section, Text, Theme, assets, filters, paths};

/// An error page.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// Surroundings.
    pub frame: Frame,
    /// HTTP status it is sent with.
    pub status: u16,
    /// What happened, in a few words; the page's heading.
    pub what: Text,
    /// What it means, one or two sentences.
    pub meaning: Text,
    /// What one can do about it.
    pub advice: Vec<Text>,
    /// The policy action that was refused, if that is what happened.
    pub refused_action: Option<Text>,
    /// The id under which the log holds the request.
    pub request_id: Text,
}

impl ErrorPage {
    /// The usual page for a status. Callers replace `meaning` or `advice` where they know better.
    pub fn new(frame: Frame, status: u16, request_id: &str) -> Self {
        let (what, meaning, advice) = usual(status);
        Self {
            frame: Frame { title: what.into(), section: Section::Other, ..frame },
            status,
            what: what.into(),
            meaning: meaning.into(),
            advice: advice.iter().copied().map(Text::new).collect(),
            refused_action: None,
            request_id: Text::short(request_id),
        }
    }

    /// The page for a refusal by policy. It names the action and whom to ask, and says nothing of
    /// what lies behind it.
    pub fn refused(frame: Frame, action: &str, request_id: &str) -> Self {
        Self { refused_action: Some(Text::short(action)), ..Self::new(frame, 403, request_id) }
    }
}

fn usual(status: u16) -> (&'static str, &'static str, &'static [&'static str]) {
    match status {
        400 => (
            "The request could not be read",
            "Something in the address or the form is not as this server expects it.",
            &[
                "Check the address for characters that do not belong there.",
                "Go back and send the form again.",
            ],
        ),
        401 => (
            "You are not signed in",
            "This page is for people who are signed in, and your session is not there or has ended.",
            &["Sign in and open the page again."],
        ),
        403 => (
            "The policy does not allow this",
            "You are signed in, but no policy lets you do this, or one forbids it.",
            &[
                "See what you may do; the policies that decide are named there.",
                "Ask whoever keeps the policies of this server, and give them the request id.",
            ],
        ),
        404 => (
            "Nothing here",
            "There is no page at this address, or it is not for you to see.",
            &["Check the address.", "Look for it in the catalog; it may have been renamed."],
        ),
        405 => (
            "This cannot be done here",
            "The page exists, but not for this kind of request.",
            &["Open the page from the catalog."],
        ),
        429 => (
            "Too many requests",
            "Your address has sent more requests than this server takes in so short a time.",
            &["Wait a minute and try again.", "If a script of yours is at work, make it slower."],
        ),
        503 => (
            "The server is busy",
            "It has more to do than it can, or it is starting or stopping. Nothing was changed.",
            &["Try again in a few seconds."],
        ),
        _ => (
            "Something went wrong here",
            "The fault is this server's, not yours. It has been written to the log.",
            &["Try again.", "If it stays, give the request id to whoever runs this server."],
        ),
    }
}
