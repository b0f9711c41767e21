//! `package.json`, with commands among its scripts.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, sheet::is_command};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "package.json", file_name: "web/package.json", takes: Takes::ShortSettings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "{\n  \"name\": \"@orders/web\",\n  \"version\": \"2.3.1\",\n  \"private\": true,\n  \"scripts\": {\n    \"build\": \"vite build\",\n",
    );
    let (commands, settings): (Vec<&Credential>, Vec<&Credential>) =
        credentials.iter().partition(|credential| is_command(credential));
    for (number, credential) in commands.iter().enumerate() {
        let text = Written::new(credential.whole(), &credential.text, escape);
        sheet.plant(credential, &text.wrap(&format!("    \"probe:{number}\": \""), "\",\n"));
    }
    sheet.put("    \"test\": \"vitest run\"\n  },\n  \"config\": {\n");
    sheet.settings(rng, &settings, |name, value, secret| {
        Written::new(value, secret, escape).wrap(&format!("    \"{}\": \"", naming::kebab(name)), "\",\n")
    });
    sheet.put(
        "    \"retries\": 3\n  },\n  \"dependencies\": {\n    \"react\": \"^19.1.0\",\n    \"zod\": \"^4.0.5\"\n  },\n  \"license\": \"UNLICENSED\"\n}\n",
    );
    sheet
}
