//! Backstage's `app-config.yaml`.

use std::collections::HashSet;

use super::{Format, Takes, naming, sheet::Sheet, yaml};
use crate::credential::{Carrier, Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "app-config.yaml",
    file_name: "app-config.production.yaml",
    takes: Takes::SettingsAnd(Piece::AppConfig),
    plant,
};

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "app:\n  title: Portal\n  baseUrl: https://portal.corp.internal\norganization:\n  name: Orders Ltd\ncatalog:\n  \
         rules:\n    - allow: [Component, System, API, Resource, Location]\n",
    );
    let (pieces, settings): (Vec<&Credential>, Vec<&Credential>) =
        credentials.iter().partition(|credential| matches!(credential.carrier, Carrier::Piece(..)));
    let mut sections = HashSet::new();
    for piece in pieces {
        // A second `backend:` would be a second value for one key.
        if sections.insert(piece.whole().split(':').next()) {
            sheet.piece(piece);
        }
    }
    if !settings.is_empty() {
        sheet.put("ordersPlugin:\n");
        sheet.settings(rng, &settings, |name, value, secret| {
            yaml::value(value, secret, 4).wrap(&format!("  {}: ", naming::camel(name)), "\n")
        });
    }
    sheet
}
