//! Why a stored entity cannot be indexed.

use model::EntityRef;

/// A stored row that no writer of ours makes: the store it came from is damaged or was edited.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The body is no JSON object with a list of relations.
    #[error("the stored body of `{entity_ref}` is damaged")]
    Body {
        /// Whose body.
        entity_ref: EntityRef,
        /// Where it breaks.
        #[source]
        source: serde_json::Error,
    },
    /// The uid is no lower-case UUID.
    #[error("the stored uid `{uid}` of `{entity_ref}` is not a lower-case UUID")]
    Uid {
        /// Whose uid.
        entity_ref: EntityRef,
        /// What is stored.
        uid: String,
    },
    /// More entities than slots can number.
    #[error("{0} entities are more than one index holds")]
    Full(usize),
}
