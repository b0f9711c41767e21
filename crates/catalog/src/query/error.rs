//! What a query is refused with, in the reference implementation's words.

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The request is wrong: 400, `InputError`.
    #[error("{0}")]
    Input(String),
    /// There is no such entity, or none the caller may see: 404, `NotFoundError`.
    #[error("{0}")]
    NotFound(String),
}

impl QueryError {
    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::Input(message.into())
    }
}
