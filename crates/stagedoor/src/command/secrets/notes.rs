//! What is said beside the findings: nothing is passed over in silence.

use std::collections::BTreeMap;

/// Notes of one kind that are told one by one; the rest is counted.
const TOLD: usize = 100;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A file over `--max-file-size`.
    Large,
    /// A file or a folder that cannot be read.
    Unreadable,
    /// A link that leads out of what is scanned.
    Outside,
    /// A link that leads nowhere.
    Broken,
    /// Neither a file nor a folder.
    Special,
    /// A file with a conflict of merging.
    Unmerged,
    /// A blob that the repository does not have.
    Missing,
    /// A rule that cannot be used.
    Rule,
    /// Leave that allows nothing.
    NoLeave,
    /// Leave that nothing needs.
    Unused,
    /// A secret of the baseline that is not there any more.
    Vanished,
}

impl Kind {
    /// For programs.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Large => "large",
            Self::Unreadable => "unreadable",
            Self::Outside => "link-outside",
            Self::Broken => "link-broken",
            Self::Special => "special",
            Self::Unmerged => "unmerged",
            Self::Missing => "missing",
            Self::Rule => "rule",
            Self::NoLeave => "allow-invalid",
            Self::Unused => "allow-unused",
            Self::Vanished => "vanished",
        }
    }

    /// What one of several has in common with the others.
    fn phrase(self) -> &'static str {
        match self {
            Self::Large => "larger than --max-file-size and not scanned",
            Self::Unreadable => "could not be read",
            Self::Outside => "link that leads out of what is scanned, not followed",
            Self::Broken => "link that leads nowhere",
            Self::Special => "neither file nor folder, not scanned",
            Self::Unmerged => "has conflicts and was not scanned",
            Self::Missing => "not in this repository and not scanned",
            Self::Rule => "rule that cannot be used",
            Self::NoLeave => "leave that allows nothing",
            Self::Unused => "leave that nothing needs; remove it",
            Self::Vanished => "known secret that was not found any more",
        }
    }
}

/// One note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) kind: Kind,
    /// The place, fit to be shown.
    pub(crate) place: String,
    pub(crate) detail: Option<String>,
}

impl Note {
    pub(crate) fn new(kind: Kind, place: impl Into<String>) -> Self {
        Self { kind, place: place.into(), detail: None }
    }

    pub(crate) fn with(kind: Kind, place: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, place: place.into(), detail: Some(detail.into()) }
    }

    /// The whole of it.
    pub(crate) fn message(&self) -> String {
        let phrase = self.kind.phrase();
        match &self.detail {
            Some(detail) => format!("{}: {phrase}: {detail}", self.place),
            None => format!("{}: {phrase}", self.place),
        }
    }
}

/// By kind: how many there are, and those that are told one by one.
pub(crate) fn by_kind(notes: &[Note]) -> Vec<(Kind, usize, Vec<&Note>)> {
    let mut kinds: BTreeMap<Kind, Vec<&Note>> = BTreeMap::new();
    for note in notes {
        kinds.entry(note.kind).or_default().push(note);
    }
    kinds
        .into_iter()
        .map(|(kind, all)| {
            let count = all.len();
            (kind, count, all.into_iter().take(TOLD).collect())
        })
        .collect()
}

/// The same as lines.
pub(crate) fn lines(notes: &[Note]) -> Vec<String> {
    by_kind(notes)
        .into_iter()
        .flat_map(|(kind, count, told)| {
            let more = count - told.len();
            let mut lines: Vec<String> = told.iter().map(|note| note.message()).collect();
            if more > 0 {
                lines.push(format!("and {more} more: {} ({count} in all)", kind.phrase()));
            }
            lines
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_by_kind_and_counted_beyond_a_bound() {
        let mut notes: Vec<Note> = (0..150).map(|at| Note::new(Kind::Unreadable, format!("f{at}"))).collect();
        notes.push(Note::with(Kind::Large, "big", "20 bytes"));
        let lines = lines(&notes);
        assert_eq!(lines[0], "big: larger than --max-file-size and not scanned: 20 bytes");
        assert_eq!(lines.len(), 102);
        assert_eq!(lines[101], "and 50 more: could not be read (150 in all)");
    }
}
