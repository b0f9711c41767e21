//! Rust.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Rust", file_name: "orders/src/settings.rs", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "//! What the service is told.\n\nuse std::time::Duration;\n\npub const TIMEOUT: Duration = Duration::from_secs(30);\n",
    );
    let visible = rng.pick(&["pub ", ""]);
    sheet.settings(rng, credentials, |name, value, secret| {
        let before = format!("{visible}const {}: &str = ", naming::upper(name));
        if value.contains('\n') {
            return Written::plain(value, secret).wrap(&format!("{before}r\""), "\";\n");
        }
        Written::new(value, secret, escape).wrap(&format!("{before}\""), "\";\n")
    });
    sheet
}
