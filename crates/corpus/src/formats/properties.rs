//! Java's `.properties`.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "properties",
    file_name: "src/main/resources/application-prod.properties",
    takes: Takes::Settings,
    plant,
};

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("# Production\nspring.application.name=orders\nmanagement.server.port=9090\n");
    let between = rng.pick(&["=", " = ", ": "]);
    sheet.settings(rng, credentials, |name, value, secret| {
        let name = naming::dotted(name);
        Written::new(value, secret, |text| text.replace('\n', "\\n\\\n    "))
            .wrap(&format!("{name}{between}"), "\n")
    });
    sheet
}
