//! Kubernetes manifests with Secrets in them.

use super::{Format, Takes, sheet::Sheet};
use crate::credential::{Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "Kubernetes manifests",
    file_name: "deploy/all.yaml",
    takes: Takes::Pieces(Piece::Manifest),
    plant,
};

fn plant(_: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("");
    for (number, credential) in credentials.iter().enumerate() {
        if number > 0 {
            sheet.put("---\n");
        }
        sheet.piece(credential);
    }
    sheet
}
