//! Calls and short messages.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, HEX};

const TWILIO: &str = "https://www.twilio.com/docs/iam/api-keys";

pub(super) const ALL: &[Generator] = &[
    Generator::new("twilio-api-key", TWILIO, |rng| {
        Draft::token("SK", rng.text(HEX, 32)).called(rng.pick(&["TWILIO_API_KEY", "TWILIO_API_KEY_SID"]))
    }),
    Generator::new("twilio-api-key", TWILIO, |rng| {
        let name = rng.pick(&["TWILIO_API_SECRET", "TWILIO_API_KEY_SECRET"]);
        Draft::named(name, rng.text(BASE62, 32))
    })
    .or(&["twilio-api-secret", "twilio-api-key-secret"]),
    Generator::new(
        "twilio-auth-token",
        "https://help.twilio.com/articles/223136027-Auth-Tokens-and-How-to-Change-Them",
        |rng| Draft::named("TWILIO_AUTH_TOKEN", rng.text(HEX, 32)),
    ),
    Generator::new("messagebird-key", "https://developers.messagebird.com/api/#authentication", |rng| {
        let name = rng.pick(&["MESSAGEBIRD_API_KEY", "MESSAGEBIRD_ACCESS_KEY"]);
        Draft::named(name, rng.text(BASE62, 25))
    }),
    Generator::new(
        "vonage-secret",
        "https://developer.vonage.com/en/concepts/guides/authentication",
        |rng| {
            let name = rng.pick(&["VONAGE_API_SECRET", "NEXMO_API_SECRET"]);
            Draft::named(name, rng.text(BASE62, 16))
        },
    ),
    Generator::new("plivo-token", "https://www.plivo.com/docs/messaging/api/request#authentication", |rng| {
        Draft::named("PLIVO_AUTH_TOKEN", rng.text(BASE62, 40))
    }),
];
