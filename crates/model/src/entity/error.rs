//! Why a document is not an entity we take.

use std::borrow::Cow;
use std::fmt;

use crate::EntityRef;

/// The step of validation that refused an entity, in the order they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// The document is no map.
    Shape,
    /// What a ref needs is missing or of the wrong type.
    Envelope,
    /// The rules for fields that all kinds share.
    Policy,
    /// The schema of its kind.
    Kind,
    /// No kind we know claims it.
    Unrecognized,
    /// A field holds an entity ref that cannot be read.
    Relations,
}

/// Why a document is not an entity we take, in the reference implementation's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EntityError {
    /// Which step refused it.
    pub stage: Stage,
    /// The entity's ref, when the document is good enough to have one.
    pub entity_ref: Option<EntityRef>,
    /// JSON pointer to the value to show; for a missing field, to the map that lacks it.
    pub pointer: Option<String>,
    /// Error class as the reference names it: `Error`, `TypeError` or `InputError`.
    pub name: &'static str,
    /// What is wrong, without naming the entity.
    pub message: String,
}

impl EntityError {
    /// An error that names neither entity nor place yet.
    pub(super) fn new(stage: Stage, name: &'static str, message: String) -> Self {
        Self { stage, entity_ref: None, pointer: None, name, message }
    }

    /// The error as processing reports it (status items, dry runs): its class, and the message with
    /// the step and the entity named, `<step> …; caused by <class>: <message>`.
    pub fn reported(&self) -> (&'static str, String) {
        let entity_ref = self.entity_ref.as_ref().map_or("an entity", EntityRef::as_str);
        let step = match self.stage {
            Stage::Shape | Stage::Envelope | Stage::Unrecognized => {
                return (self.name, self.message.clone());
            }
            Stage::Policy => format!("Policy check failed for {entity_ref}"),
            Stage::Kind => {
                format!(
                    "Processor {} threw an error while validating the entity {entity_ref}",
                    self.processor()
                )
            }
            Stage::Relations => {
                format!("Processor {} threw an error while postprocessing", self.processor())
            }
        };
        ("InputError", format!("{step}; caused by {}: {}", self.name, self.message))
    }

    /// The part of the reference that validates entities of this kind.
    fn processor(&self) -> &'static str {
        match self.entity_ref.as_ref().map(EntityRef::kind) {
            Some("template") => "ScaffolderEntitiesProcessor",
            Some("airesource") => "ModelProcessor",
            _ => "BuiltinKindsEntityProcessor",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "shape",
            Self::Envelope => "envelope",
            Self::Policy => "policy",
            Self::Kind => "kind",
            Self::Unrecognized => "unrecognized",
            Self::Relations => "relations",
        })
    }
}

/// Longest piece of outside text that an error repeats, in bytes.
const EXCERPT_BYTES: usize = 1024;

/// `text`, cut where it is too long to repeat in an error.
pub(super) fn excerpt(text: &str) -> Cow<'_, str> {
    if text.len() <= EXCERPT_BYTES {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(EXCERPT_BYTES)]))
}
