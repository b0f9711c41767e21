//! Terraform's variables.

use super::{Format, Takes, sheet::Sheet, terraform};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "tfvars", file_name: "infra/prod.tfvars", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("# Variables of the production workspace\n");
    sheet.settings(rng, credentials, |name, value, secret| {
        let mut line = terraform::setting(name, value, secret);
        line.text = line.text.trim_start().to_owned();
        line
    });
    sheet
}
