//! Docker's `config.json`: one document.

use super::{Format, Takes, sheet};
use crate::credential::Piece;

pub(super) const FORMAT: Format = Format {
    name: ".dockercfg",
    file_name: "home/.docker/config.json",
    takes: Takes::Pieces(Piece::DockerConfig),
    plant: sheet::first_alone,
};
