//! A log of lines of JSON.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "JSON log", file_name: "logs/orders.jsonl", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("");
    for credential in credentials {
        sheet.put(&format!(
            "{{\"level\":\"info\",\"time\":{},\"msg\":\"request done\",\"status\":200}}\n",
            1_772_000_000_000_u64 + rng.number() % 1_000_000_000
        ));
        let text = Written::new(credential.whole(), &credential.text, escape);
        sheet.plant(
            credential,
            &match rng.below(2) {
                0 => text.wrap(
                    &format!(
                        "{{\"level\":\"debug\",\"msg\":\"settings\",\"{}\":\"",
                        naming::camel(&credential.name)
                    ),
                    "\",\"source\":\"env\"}\n",
                ),
                _ => text.wrap(
                    &format!("{{\"level\":\"error\",\"msg\":\"refused: {}=", naming::upper(&credential.name)),
                    " was not accepted\",\"attempt\":2}\n",
                ),
            },
        );
    }
    sheet
}
