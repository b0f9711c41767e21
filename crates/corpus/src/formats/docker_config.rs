//! Docker's `config.json`: one document.

use super::{Format, Takes, sheet::Sheet};
use crate::credential::{Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: ".dockercfg",
    file_name: "home/.docker/config.json",
    takes: Takes::Pieces(Piece::DockerConfig),
    plant,
};

fn plant(_: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("");
    if let Some(credential) = credentials.first() {
        sheet.piece(credential);
    }
    sheet
}
