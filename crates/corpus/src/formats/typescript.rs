//! TypeScript.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "TypeScript", file_name: "plugins/orders/src/client.ts", takes: Takes::Settings, plant };

/// A string: in single quotes where it can be, a template where it has several lines.
pub(super) fn literal(value: &str, secret: &str) -> Written {
    if value.contains('\n') {
        return Written::plain(value, secret).wrap("`", "`");
    }
    if value.contains(['\'', '\\']) {
        return Written::new(value, secret, escape).wrap("\"", "\"");
    }
    Written::plain(value, secret).wrap("'", "'")
}

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "import { createApiRef } from '@backstage/core-plugin-api';\n\nexport interface Options {\n  token?: string;\n  timeoutMs: number;\n}\n\n",
    );
    let word = rng.pick(&["export const", "const"]);
    sheet.settings(rng, credentials, |name, value, secret| {
        let kind = if says_type(value) { ": string" } else { "" };
        literal(value, secret).wrap(&format!("{word} {}{kind} = ", naming::camel(name)), ";\n")
    });
    sheet.put("\nexport const ordersApiRef = createApiRef<Options>({ id: 'plugin.orders' });\n");
    sheet
}

/// Whether the declaration says its type, which about half of them do.
fn says_type(value: &str) -> bool {
    value.len().is_multiple_of(2)
}
