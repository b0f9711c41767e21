//! A diff that adds credentials.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "diff", file_name: "patches/0001-settings.patch", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "diff --git a/deploy/env b/deploy/env\nindex 3f1c2aa..9d04b7e 100644\n--- a/deploy/env\n+++ b/deploy/env\n@@ -1,4 +1,40 @@\n LOG_LEVEL=info\n-PORT=80\n",
    );
    sheet.settings(rng, credentials, |name, value, secret| {
        Written::new(value, secret, |text| text.replace('\n', "\n+"))
            .wrap(&format!("+{}=\"", naming::upper(name)), "\"\n")
    });
    sheet.put(" REGION=eu-west-1\n");
    sheet
}
