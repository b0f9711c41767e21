//! npm's `.npmrc`.

use super::{Format, Takes, sheet::Sheet};
use crate::credential::{Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: ".npmrc", file_name: "web/.npmrc", takes: Takes::Pieces(Piece::Npmrc), plant };

fn plant(_: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("registry=https://registry.npmjs.org/\nsave-exact=true\n");
    for credential in credentials {
        sheet.piece(credential);
    }
    sheet
}
