//! Configuration in JSON.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "JSON", file_name: "config/settings.json", takes: Takes::Settings, plant };

/// A text as it stands between the quotes of JSON.
pub(super) fn escape(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("{\n  \"service\": \"orders\",\n  \"settings\": {\n");
    let style = [naming::camel, naming::snake, naming::upper][rng.below(3)];
    sheet.settings(rng, credentials, |name, value, secret| {
        Written::new(value, secret, escape).wrap(&format!("    \"{}\": \"", style(name)), "\",\n")
    });
    sheet.put("    \"retries\": 3\n  }\n}\n");
    sheet
}
