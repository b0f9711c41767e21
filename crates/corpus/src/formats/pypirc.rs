//! `.pypirc`.

use super::{Format, Takes, sheet::Sheet};
use crate::credential::{Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: ".pypirc", file_name: "home/.pypirc", takes: Takes::Pieces(Piece::Pypirc), plant };

fn plant(_: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("[distutils]\nindex-servers =\n    pypi\n    internal\n\n");
    for credential in credentials {
        sheet.piece(credential);
    }
    sheet
}
