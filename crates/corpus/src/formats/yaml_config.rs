//! A service's configuration in YAML.

use super::{Format, Takes, naming, sheet::Sheet, yaml};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "YAML configuration", file_name: "config/production.yaml", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet =
        Sheet::new("# Reviewed by platform.\nserver:\n  listen: 0.0.0.0:8080\n  tls: true\nsettings:\n");
    let style = [naming::snake, naming::camel, naming::kebab][rng.below(3)];
    sheet.settings(rng, credentials, |name, value, secret| {
        yaml::value(value, secret, 4).wrap(&format!("  {}: ", style(name)), "\n")
    });
    sheet.put("features: [search, exports]\n");
    sheet
}
