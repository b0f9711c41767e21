//! What is wrong with an entity, and what to do about it.

use crate::pages::{RefLink, Text};

/// A problem, shown on top of the entity's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is, in a few words.
    pub title: Text,
    /// Where and what exactly.
    pub detail: Text,
    /// What to do.
    pub advice: Text,
    /// Whether the entity shown is out of date or will go away because of it.
    pub is_severe: bool,
}

impl Problem {
    /// An entry of `status.items`: its error class and its message.
    pub fn from_status(name: &str, message: &str, is_error: bool) -> Self {
        let (title, advice) = match name {
            "NotFoundError" => (
                "Something it needs was not found",
                "Check that the file or address still exists and that this server may read it.",
            ),
            "ConflictError" => (
                "Another place defines the same entity",
                "Only the first place counts. Rename one of the two, or remove it from its location.",
            ),
            "NotAllowedError" => (
                "Its location may not define this",
                "Allow the kind in `catalog.rules`, or move the entity to a location that may define it.",
            ),
            "InputError" | "SyntaxError" | "YAMLError" => (
                "Its source has a mistake",
                "What you see is the last good version. Mend the source; it is read again by itself.",
            ),
            "SecretMaskedWarning" => (
                "A secret in its source is masked here",
                "Whoever can read the source sees it still: revoke it where it was issued, then take it out.",
            ),
            "SecretQuarantinedError" => (
                "Its new version holds a secret",
                "Others see the last clean version, its owners the new one, masked. Revoke the secret, then take it out of the source.",
            ),
            "SecretRefusedError" => (
                "Its new version holds a secret",
                "What you see is the last clean version. Revoke the secret, then take it out of the source.",
            ),
            _ => (
                "It could not be processed",
                "What you see is the last good version. It is tried again by itself; if this stays, tell the owner.",
            ),
        };
        Self {
            title: title.into(),
            detail: Text::clipped(message, 1_000),
            advice: advice.into(),
            is_severe: is_error,
        }
    }

    /// No location emits the entity any more.
    pub fn orphan() -> Self {
        Self {
            title: "Nothing defines this entity any more".into(),
            detail: "The location that used to list it no longer does.".into(),
            advice: "If it still exists, list it in a location again; otherwise it can be removed.".into(),
            is_severe: true,
        }
    }

    /// Relations lead to entities that this viewer cannot open.
    pub fn broken_references(targets: &[RefLink]) -> Option<Self> {
        if targets.is_empty() {
            return None;
        }
        let named: Vec<&str> = targets.iter().take(5).map(|target| target.whole.as_str()).collect();
        let more = targets.len() - named.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        Some(Self {
            title: "It refers to something that is not there".into(),
            detail: Text::clipped(&format!("{}{more}", named.join(", ")), 1_000),
            advice:
                "The entity may be missing, misspelt, or not for you to see. Correct the ref or register it."
                    .into(),
            is_severe: false,
        })
    }

    pub(crate) fn state(&self) -> &'static str {
        if self.is_severe { "stop" } else { "warn" }
    }

    pub(crate) fn word(&self) -> &'static str {
        if self.is_severe { "Problem" } else { "Note" }
    }
}
