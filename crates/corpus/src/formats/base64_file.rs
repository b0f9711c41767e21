//! A `.env` that is base 64 as a whole, as build servers keep such files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Format, Takes, dotenv, sheet::Sheet};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "base64", file_name: "ci/env.b64", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = dotenv::plant(rng, credentials);
    sheet.text = STANDARD.encode(&sheet.text);
    for place in &mut sheet.places {
        place.written.clone_from(&sheet.text);
        place.line = 1;
    }
    sheet.put("\n");
    sheet
}
