//! `backend.auth.externalAccess`: tokens of programs outside.

use model::Secret;

use crate::Place;

/// A static token.
#[derive(Clone, Debug)]
pub struct ServiceToken {
    /// The token; compare in constant time.
    pub token: Secret<String>,
    /// Who the bearer is, verbatim.
    pub subject: String,
    /// Upper bounds, one per plugin; `None` when the file gives none.
    pub restrictions: Option<Vec<Restriction>>,
    /// Where it was written.
    pub place: Place,
}

/// What a token may do in one plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Plugin id.
    pub plugin: String,
    /// Permission names; empty for any.
    pub permissions: Vec<String>,
    /// Permission actions (`create`, `read`, `update`, `delete`); empty for any.
    pub actions: Vec<String>,
}
