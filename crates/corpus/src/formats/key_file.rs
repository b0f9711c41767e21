//! A key that is a JSON document of its own.

use super::{Format, Takes, sheet::Sheet};
use crate::credential::{Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "JSON key", file_name: "secrets/key.json", takes: Takes::Pieces(Piece::Json), plant };

fn plant(_: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("");
    if let Some(credential) = credentials.first() {
        sheet.piece(credential);
    }
    sheet
}
