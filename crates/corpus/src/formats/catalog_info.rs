//! `catalog-info.yaml`: secrets in annotations, links and descriptions.

use super::sheet::{Sheet, Written};
use super::{Format, Takes, naming, yaml};
use crate::credential::{Carrier, Credential, Piece};
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "catalog-info.yaml",
    file_name: "services/orders/catalog-info.yaml",
    takes: Takes::SettingsAnd(Piece::Entity),
    plant,
};

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("");
    for (number, credential) in credentials.iter().enumerate() {
        if number > 0 {
            sheet.put("---\n");
        }
        if matches!(credential.carrier, Carrier::Piece(..)) {
            sheet.piece(credential);
        } else {
            component(&mut sheet, rng, number, credential);
        }
    }
    sheet
}

fn component(sheet: &mut Sheet, rng: &mut Rng, number: usize, credential: &Credential) {
    let name = rng.word();
    sheet.put(&format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}-{number}\n  title: The {name}\n"
    ));
    let (value, secret) = (credential.whole(), credential.text.as_str());
    let annotation = |sheet: &mut Sheet| {
        sheet.put("  annotations:\n    backstage.io/techdocs-ref: dir:.\n");
        let key = format!("    {name}.corp.internal/{}: ", naming::kebab(&credential.name));
        sheet.plant(credential, &yaml::value(value, secret, 6).wrap(&key, "\n"));
        sheet.put("    backstage.io/source-location: url:https://git.corp.internal/orders/tree/main/\n");
    };
    match (&credential.carrier, rng.below(3)) {
        (Carrier::Alone, 0) if !value.contains('\n') => {
            sheet.put(&format!(
                "  links:\n    - title: Runbook\n      url: https://wiki.corp.internal/{name}\n    - title: Dashboard\n      "
            ));
            let text = Written::new(value, secret, super::percent::encode);
            sheet.plant(
                credential,
                &text.wrap("url: https://dash.corp.internal/d/orders?access_token=", "\n"),
            );
        }
        (Carrier::Alone, 1) | (Carrier::Command(_), _) => {
            let prose = yaml::prose("Takes orders. For a first look:\n    ", value, secret, 4);
            sheet.plant(credential, &prose.wrap("  description: ", "\n"));
        }
        _ => annotation(sheet),
    }
    sheet.put(&format!(
        "  tags: [go, orders]\nspec:\n  type: service\n  lifecycle: production\n  owner: group:default/{name}\n"
    ));
}
