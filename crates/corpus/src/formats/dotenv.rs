//! `.env`.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "dotenv", file_name: "services/orders/.env", takes: Takes::Settings, plant };

pub(super) fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("# Settings of the orders service. Copy to .env.local and edit.\n");
    let quoted = rng.below(2) == 0;
    sheet.settings(rng, credentials, |name, value, secret| {
        let name = naming::upper(name);
        let bare =
            !quoted && value.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'#$\\;".contains(&byte));
        if bare {
            return Written::plain(value, secret).wrap(&format!("{name}="), "\n");
        }
        Written::new(value, secret, |text| text.replace('"', "\\\"").replace('\n', "\\n"))
            .wrap(&format!("{name}=\""), "\"\n")
    });
    sheet
}
