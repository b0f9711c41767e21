//! How a finding is mended.

mod apply;
mod diff;
mod locate;
mod render;
mod splice;
mod syntax;
#[cfg(test)]
mod tests;
mod write;

use serde_json::Value as Json;

pub use apply::{Plan, Refusal, plan};
pub use write::write;

use crate::{Item, Place};

/// What to do about a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Who may decide to apply it.
    pub kind: Kind,
    /// What to do, as an imperative phrase.
    pub what: String,
    /// How, where a program can do it. All of them or none.
    pub edits: Vec<Edit>,
}

/// Who may decide to apply a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Changes nothing that anybody can want: `--fix`.
    Safe,
    /// Right in most cases, but somebody should look: `--fix=suggested`.
    Suggested,
    /// Needs a decision that a program cannot make.
    Manual,
}

/// One change of one file.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Puts `text` in the place of what is there.
    Replace {
        /// What goes.
        place: Place,
        /// What comes.
        text: String,
    },
    /// Sets a value of a YAML or JSON file.
    Set {
        /// The value's place.
        place: Place,
        /// The value.
        value: Json,
    },
    /// Adds a key to a map of a YAML or JSON file, after its last entry.
    Add {
        /// The map's place.
        place: Place,
        /// The key.
        key: String,
        /// Its value.
        value: Json,
    },
    /// Removes an entry of a map, or an item of a list, of a YAML or JSON file.
    Remove {
        /// The place of the entry's key; of an item itself.
        place: Place,
    },
    /// Adds a line after the line of a place.
    InsertAfter {
        /// The line it comes after.
        place: Place,
        /// The line, without its end.
        text: String,
    },
    /// Adds a line before the line of a place.
    InsertBefore {
        /// The line it comes before.
        place: Place,
        /// The line, without its end.
        text: String,
    },
    /// Removes the whole lines of a place.
    RemoveLines {
        /// The lines.
        place: Place,
    },
}

impl Fix {
    /// For people to do.
    pub fn manual(what: impl Into<String>) -> Self {
        Self { kind: Kind::Manual, what: what.into(), edits: Vec::new() }
    }

    /// A change that nobody can mind.
    pub fn safe(what: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { kind: Kind::Safe, what: what.into(), edits }
    }

    /// A change that somebody should look at.
    pub fn suggested(what: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { kind: Kind::Suggested, what: what.into(), edits }
    }
}

impl Edit {
    /// Sets the value of an item of a YAML or JSON file.
    pub fn set(item: &Item, value: impl Into<Json>) -> Self {
        Self::Set { place: item.place.clone(), value: value.into() }
    }

    /// Adds a key to a map of a YAML or JSON file.
    pub fn add(map: &Item, key: impl Into<String>, value: impl Into<Json>) -> Self {
        Self::Add { place: map.place.clone(), key: key.into(), value: value.into() }
    }

    /// Removes an entry of a map, or an item of a list.
    pub fn remove(item: &Item) -> Self {
        Self::Remove { place: item.key_place().clone() }
    }
}
