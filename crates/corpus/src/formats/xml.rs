//! XML: settings in elements and in attributes.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "XML", file_name: "conf/orders-config.xml", takes: Takes::Settings, plant };

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet =
        Sheet::new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<configuration>\n  <appSettings>\n");
    let elements = rng.below(2) == 0;
    sheet.settings(rng, credentials, |name, value, secret| {
        let text = Written::new(value, secret, escape);
        if elements {
            let name = naming::camel(name);
            return text.wrap(&format!("    <{name}>"), &format!("</{name}>\n"));
        }
        text.wrap(&format!("    <add key=\"{}\" value=\"", naming::upper(name)), "\" />\n")
    });
    sheet.put("  </appSettings>\n</configuration>\n");
    sheet
}
