//! An access log, whose URLs carry values percent-encoded.

use std::fmt::Write;

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "percent-encoded query", file_name: "logs/access.log", takes: Takes::Settings, plant };

/// As `encodeURIComponent` writes it.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes all");
        }
    }
    encoded
}

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("10.2.0.7 - - [01/Mar/2026:08:00:00 +0000] \"GET /healthz HTTP/1.1\" 200 2\n");
    for credential in credentials {
        let text = Written::new(credential.whole(), &credential.text, encode);
        let before = format!(
            "10.2.0.{} - - [01/Mar/2026:08:00:01 +0000] \"GET /callback?state=ready&{}=",
            rng.between(2, 250),
            naming::snake(&credential.name)
        );
        sheet.plant(credential, &text.wrap(&before, "&lang=en HTTP/1.1\" 302 0\n"));
    }
    sheet
}
