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

/// Which part of a field is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// What it holds.
    Value,
    /// Its name: a foreign field, a label's key.
    Key,
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
    /// Which part of the field at the pointer is at fault.
    pub part: Part,
    /// Error class as the reference names it: `Error`, `TypeError` or `InputError`.
    pub name: &'static str,
    /// What is wrong, without naming the entity.
    pub message: String,
}

impl EntityError {
    /// An error that names neither entity nor place yet.
    pub(super) fn new(stage: Stage, name: &'static str, message: String) -> Self {
        Self { stage, entity_ref: None, pointer: None, part: Part::Value, name, message }
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

/// Most problems told of one document.
pub(super) const MAX_PROBLEMS: usize = 50;

/// Longest piece of outside text that an error repeats, in bytes.
const EXCERPT_BYTES: usize = 1024;

/// `text`, cut where it is too long to repeat in an error.
pub(super) fn excerpt(text: &str) -> Cow<'_, str> {
    if text.len() <= EXCERPT_BYTES {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(EXCERPT_BYTES)]))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::excerpt;
    use crate::entity::edges_of;
    use crate::{Entity, EntityError};

    fn reported(name: &Value, spec: &Value) -> (&'static str, String) {
        let document = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": name }, "spec": spec,
        });
        let refused = || -> Result<(), EntityError> {
            let entity = Entity::parse(document)?;
            entity.recognize()?;
            edges_of(&entity).map_err(|mut errors| errors.swap_remove(0))?;
            Ok(())
        };
        refused().expect_err("a wrong entity").reported()
    }

    #[test]
    fn a_report_names_step_entity_and_cause() {
        let good = json!({ "type": "service", "lifecycle": "production", "owner": "team-a" });
        let (name, message) = reported(&json!("bad name!"), &good);
        assert_eq!(name, "InputError");
        assert!(
            message.starts_with(
                "Policy check failed for component:default/bad name!; caused by Error: \"metadata.name\" is not valid;"
            ),
            "{message}"
        );
        assert_eq!(
            reported(&json!("val"), &json!({ "type": 5, "lifecycle": "x", "owner": "y" })).1,
            "Processor BuiltinKindsEntityProcessor threw an error while validating the entity \
             component:default/val; caused by TypeError: /spec/type must be string - type: string"
        );
        assert_eq!(
            reported(&json!("val"), &json!({ "type": "a", "lifecycle": "x", "owner": ":y" })).1,
            "Processor BuiltinKindsEntityProcessor threw an error while postprocessing; caused by TypeError: \
             Entity reference \":y\" was not on the form [<kind>:][<namespace>/]<name>"
        );
        assert_eq!(
            reported(&Value::Null, &good),
            ("TypeError", "/metadata/name must be string - type: string".to_owned())
        );
    }

    #[test]
    fn long_text_from_outside_is_cut() {
        assert_eq!(excerpt("short"), "short");
        let cut = excerpt(&"é".repeat(10_000)).into_owned();
        assert!(cut.len() < 1100 && cut.ends_with("é…"), "{} bytes", cut.len());
        let (_, message) = reported(&json!("x y".repeat(200)), &json!({}));
        assert!(message.len() < 2_000, "{message}");
    }
}
