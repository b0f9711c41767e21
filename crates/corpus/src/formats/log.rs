//! A log of lines of text.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "log", file_name: "logs/orders.log", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("2026-03-01T07:59:58.104Z  INFO orders::server: listening on 0.0.0.0:8080\n");
    for (number, credential) in credentials.iter().enumerate() {
        let clock = format!("2026-03-01T08:{:02}:{:02}", number / 60 % 60, number % 60);
        sheet.put(&format!(
            "{clock}.011Z  INFO orders::http: GET /api/orders/{} 200 in {}ms\n",
            rng.below(10_000),
            rng.below(90)
        ));
        let text = Written::plain(credential.whole(), &credential.text);
        let name = &credential.name;
        sheet.plant(
            credential,
            &match rng.below(2) {
                0 => text.wrap(
                    &format!("{clock}.250Z DEBUG orders::config: loaded {}=", naming::upper(name)),
                    " source=env\n",
                ),
                _ => text.wrap(
                    &format!("{clock}.250Z  WARN orders::client: retrying with {}: ", naming::snake(name)),
                    "\n",
                ),
            },
        );
    }
    sheet.put("2026-03-01T09:00:00.000Z  INFO orders::server: bye\n");
    sheet
}
