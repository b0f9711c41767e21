//! What people are told of a secret: what it is, where it is, what to do. Never what it says.

use model::StatusItem;

use super::{OnFind, Spotted};

/// Secrets of one entity that are told of one by one.
const TOLD: usize = 20;

/// What becomes of an entity, for the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Notice {
    /// The secret was masked.
    Masked,
    /// The version waits in quarantine.
    Quarantined,
    /// The version is refused.
    Refused,
    /// The secret stands where nothing is rewritten.
    Protected,
}

impl Notice {
    /// What is told where a finding leads to no error.
    pub(in crate::ingest) fn of(on_find: OnFind) -> Self {
        match on_find {
            OnFind::Mask => Self::Masked,
            OnFind::Quarantine => Self::Quarantined,
            OnFind::Reject => Self::Refused,
        }
    }

    /// One item for each secret, `place` telling where to mend it.
    pub(in crate::ingest) fn items(
        self,
        spotted: &[Spotted],
        place: impl Fn(&Spotted) -> String,
    ) -> Vec<StatusItem> {
        let mut items: Vec<StatusItem> =
            spotted.iter().take(TOLD).map(|one| self.item(&self.about(one, &place(one)))).collect();
        if let Some(last) = items.last_mut().filter(|_| spotted.len() > TOLD) {
            let more = spotted.len() - TOLD;
            last.message = format!("{}; {more} more are in this entity", last.message);
        }
        items
    }

    /// One item for all of them, in which the first is told.
    pub(in crate::ingest) fn summary(
        self,
        spotted: &[Spotted],
        place: impl Fn(&Spotted) -> String,
    ) -> StatusItem {
        let Some(first) = spotted.first() else { return self.item("A secret was found") };
        let about = self.about(first, &place(first));
        let more = spotted.len() - 1;
        let about = if more == 0 { about } else { format!("{about}; {more} more are in this entity") };
        self.item(&about)
    }

    fn item(self, message: &str) -> StatusItem {
        let name = match self {
            Self::Masked => "SecretMaskedWarning",
            Self::Quarantined => "SecretQuarantinedError",
            Self::Refused | Self::Protected => "SecretRefusedError",
        };
        StatusItem { name: name.to_owned(), message: message.to_owned() }
    }

    fn about(self, spotted: &Spotted, place: &str) -> String {
        let Spotted { rule, masked, .. } = spotted;
        let at = if spotted.pointer.is_empty() { "/" } else { &spotted.pointer };
        let at = match (spotted.in_key, spotted.line) {
            (true, _) => format!("a key of `{at}`"),
            (false, Some(line)) => format!("line {line} of `{at}`"),
            (false, None) => format!("`{at}`"),
        };
        let what = match self {
            Self::Masked => "it is masked here",
            Self::Quarantined => {
                "this version is in quarantine; the last clean one is shown, and to its owners the new one, masked"
            }
            Self::Refused => "this version is refused; the last clean one stays",
            Self::Protected => {
                "nothing is rewritten there, so this version is refused; the last clean one stays"
            }
        };
        format!(
            "A secret ({rule}, {masked}) stands in {at}: {what}. Revoke it where it was issued, then put a reference in its place{place}"
        )
    }
}
