//! Configuration in TOML.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "TOML", file_name: "config/orders.toml", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("title = \"orders\"\n\n[server]\nlisten = \"0.0.0.0:8080\"\n\n[settings]\n");
    let style = [naming::snake, naming::kebab][rng.below(2)];
    sheet.settings(rng, credentials, |name, value, secret| {
        let name = style(name);
        if value.contains('\n') {
            return Written::plain(value, secret).wrap(&format!("{name} = '''\n"), "\n'''\n");
        }
        Written::new(value, secret, escape).wrap(&format!("{name} = \""), "\"\n")
    });
    sheet.put("\n[features]\nexports = true\n");
    sheet
}
