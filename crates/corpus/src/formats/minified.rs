//! Minified JavaScript: all of it in one line.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "minified JavaScript",
    file_name: "web/dist/assets/index.js",
    takes: Takes::Settings,
    plant,
};

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet =
        Sheet::new("(()=>{\"use strict\";var e={};function t(n){return e[n]||(e[n]={exports:{}})}const r={");
    for credential in credentials {
        let name = naming::camel(&sheet.name(credential));
        let text = Written::new(credential.whole(), &credential.text, escape);
        sheet.plant(credential, &text.wrap(&format!("{name}:\""), "\","));
        sheet.put(&format!("{}:{},", rng.pick(&["retries", "timeout", "pageSize"]), rng.below(900)));
    }
    sheet.put("mode:\"production\"};t(0).exports=r;window.__c=r})();\n");
    sheet
}
