//! Go.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Go", file_name: "internal/config/config.go", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "// Package config holds what orders is told.\npackage config\n\nimport \"time\"\n\nconst timeout = 30 * time.Second\n\n",
    );
    let block = rng.below(2) == 0;
    if block {
        sheet.put("const (\n");
    }
    sheet.settings(rng, credentials, |name, value, secret| {
        let name = naming::camel(name);
        let before = if block { format!("\t{name} = ") } else { format!("var {name} = ") };
        if value.contains('\n') {
            return Written::plain(value, secret).wrap(&format!("{before}`"), "`\n");
        }
        Written::new(value, secret, escape).wrap(&format!("{before}\""), "\"\n")
    });
    if block {
        sheet.put(")\n");
    }
    sheet
}
