//! A kubeconfig: one document.

use super::{Format, Takes, sheet::Sheet};
use crate::credential::{Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "kubeconfig",
    file_name: "home/.kube/config",
    takes: Takes::Pieces(Piece::Kubeconfig),
    plant,
};

fn plant(_: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("");
    if let Some(credential) = credentials.first() {
        sheet.piece(credential);
    }
    sheet
}
