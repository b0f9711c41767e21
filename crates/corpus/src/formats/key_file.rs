//! A key that is a JSON document of its own.

use super::{Format, Takes, sheet};
use crate::credential::Piece;

pub(super) const FORMAT: Format = Format {
    name: "JSON key",
    file_name: "secrets/key.json",
    takes: Takes::Pieces(Piece::Json),
    plant: sheet::first_alone,
};
