//! JavaScript.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, typescript::literal};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "JavaScript", file_name: "web/src/config.js", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("'use strict';\n\nconst path = require('path');\n\n");
    let members = rng.below(2) == 0;
    if members {
        sheet.put("module.exports = {\n");
    }
    sheet.settings(rng, credentials, |name, value, secret| {
        let text: Written = literal(value, secret);
        if members {
            return text.wrap(&format!("  {}: ", naming::camel(name)), ",\n");
        }
        text.wrap(&format!("const {} = ", naming::camel(name)), ";\n")
    });
    if members {
        sheet.put("};\n");
    }
    sheet
}
