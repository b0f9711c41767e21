//! A kubeconfig: one document.

use super::{Format, Takes, sheet};
use crate::credential::Piece;

pub(super) const FORMAT: Format = Format {
    name: "kubeconfig",
    file_name: "home/.kube/config",
    takes: Takes::Pieces(Piece::Kubeconfig),
    plant: sheet::first_alone,
};
