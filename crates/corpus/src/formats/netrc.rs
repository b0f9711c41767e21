//! `.netrc`.

use super::{Format, Takes, sheet::Sheet};
use crate::credential::{Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: ".netrc", file_name: "home/.netrc", takes: Takes::Pieces(Piece::Netrc), plant };

fn plant(_: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("# Machines of the build\n");
    for credential in credentials {
        sheet.piece(credential);
    }
    sheet
}
