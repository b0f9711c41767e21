//! `.ini`.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "ini", file_name: "etc/orders.ini", takes: Takes::ShortSettings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("; orders, production\n[server]\nbind = 0.0.0.0\nworkers = 4\n\n[settings]\n");
    sheet.settings(rng, credentials, |name, value, secret| {
        Written::plain(value, secret).wrap(&format!("{} = ", naming::snake(name)), "\n")
    });
    sheet.put("\n[logging]\nlevel = info\n");
    sheet
}
