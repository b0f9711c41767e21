//! Documentation in Markdown: fences, inline code, tables.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, sheet::is_command};
use crate::credential::{Carrier, Credential};
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Markdown", file_name: "docs/getting-started.md", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "# Orders\n\nThe service that takes orders. Ask for a token in `#orders`; never commit a password.\n\n## First steps\n\n",
    );
    for credential in credentials {
        let (value, secret) = (credential.whole(), credential.text.as_str());
        let name = naming::upper(&credential.name);
        let text = Written::plain(value, secret);
        let written = if is_command(credential) {
            text.wrap("Then call it:\n\n```bash\n", "\n```\n\n")
        } else if value.contains('\n') {
            text.wrap("The key, to be saved as `key.pem`:\n\n```\n", "\n```\n\n")
        } else {
            match rng.below(3) {
                0 => text.wrap(&format!("```bash\nexport {name}=\""), "\"\nmake run\n```\n\n"),
                1 if matches!(credential.carrier, Carrier::Named) => {
                    text.wrap(&format!("Set `{name}="), "` and start the service again.\n\n")
                }
                1 => text.wrap(&format!("Set `{name}` to `"), "` and start the service again.\n\n"),
                _ => text.wrap(
                    &format!("| Variable | Value | Default |\n| --- | --- | --- |\n| `LOG_LEVEL` | `debug` | `info` |\n| `{name}` | `"),
                    "` | none |\n\n",
                ),
            }
        };
        sheet.plant(credential, &written);
    }
    sheet.put("## More\n\nSee the [runbook](https://wiki.corp.internal/orders).\n");
    sheet
}
