//! Java.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Java", file_name: "src/main/java/orders/Settings.java", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "package orders;\n\nimport java.time.Duration;\n\npublic final class Settings {\n    static final Duration TIMEOUT = Duration.ofSeconds(30);\n",
    );
    let setters = rng.below(2) == 0;
    sheet.settings(rng, credentials, |name, value, secret| {
        let (before, after) = if setters && !value.contains('\n') {
            (format!("    static {{ System.setProperty(\"{}\", ", naming::dotted(name)), "); }\n")
        } else {
            (format!("    private static final String {} = ", naming::upper(name)), ";\n")
        };
        if value.contains('\n') {
            return Written::plain(value, secret)
                .wrap(&format!("{before}\"\"\"\n"), &format!("\n\"\"\"{after}"));
        }
        Written::new(value, secret, escape).wrap(&format!("{before}\""), &format!("\"{after}"))
    });
    sheet.put("}\n");
    sheet
}
