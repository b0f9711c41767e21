//! Calls at night, and the pages that explain them.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, HEX};

const PAGERDUTY: &str = "https://support.pagerduty.com/main/docs/api-access-keys";
const OPSGENIE: &str = "https://docs.opsgenie.com/docs/authentication";
const STATUSPAGE: &str = "https://developer.statuspage.io/#section/Authentication";

pub(super) const ALL: &[Generator] = &[
    Generator::new("pagerduty-api-key", PAGERDUTY, |rng| {
        let name = rng.pick(&["PAGERDUTY_TOKEN", "PAGERDUTY_API_KEY", "PAGERDUTY_API_TOKEN"]);
        let start = rng.pick(&["u+", "y_", ""]);
        Draft::named(name, format!("{start}{}", rng.text(BASE62, 20 - start.len())))
    }),
    Generator::new(
        "pagerduty-integration-key",
        "https://support.pagerduty.com/main/docs/services-and-integrations",
        |rng| {
            let name =
                rng.pick(&["PAGERDUTY_INTEGRATION_KEY", "PAGERDUTY_ROUTING_KEY", "PAGERDUTY_SERVICE_KEY"]);
            Draft::named(name, rng.text(HEX, 32))
        },
    ),
    Generator::new("opsgenie-key", OPSGENIE, |rng| {
        Draft::named(rng.pick(&["OPSGENIE_API_KEY", "OPSGENIE_KEY"]), rng.uuid())
    }),
    Generator::new("opsgenie-key", OPSGENIE, |rng| {
        let key = rng.uuid();
        Draft::token("", &key).within("Authorization", format!("GenieKey {key}"))
    }),
    Generator::new("statuspage-key", STATUSPAGE, |rng| {
        let name = rng.pick(&["STATUSPAGE_API_KEY", "STATUSPAGE_TOKEN"]);
        let key = if rng.below(2) == 0 { rng.uuid() } else { rng.text(HEX, 64) };
        Draft::named(name, key)
    }),
];
