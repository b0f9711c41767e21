//! The edge: what is refused before anybody asks who it is.

mod framing;
mod headers;
mod origin;
mod pressure;
mod sources;
mod target;

use crate::world::TOKEN;

/// A service's credential.
pub(crate) fn bearer() -> (&'static str, String) {
    ("Authorization", format!("Bearer {TOKEN}"))
}
