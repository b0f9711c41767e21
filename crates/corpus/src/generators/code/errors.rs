//! Trackers of errors.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::encoded::lifetime;
use crate::credential::{Draft, Generator};
use crate::rng::{DIGITS, HEX, Rng};

const SENTRY: &str = "https://docs.sentry.io/security-legal-pii/security/token-formats/";

pub(super) const ALL: &[Generator] = &[
    Generator::new("sentry-auth-token", "https://docs.sentry.io/account/auth-tokens/", |rng| {
        Draft::named(rng.pick(&["SENTRY_AUTH_TOKEN", "SENTRY_TOKEN"]), rng.text(HEX, 64))
    }),
    Generator::new("sentry-org-token", SENTRY, organisation),
    Generator::new("sentry-user-token", SENTRY, |rng| {
        Draft::token("sntryu_", rng.text(HEX, 64)).called("SENTRY_AUTH_TOKEN")
    }),
    Generator::new("sentry-dsn-secret", "https://develop.sentry.dev/sdk/overview/#parsing-the-dsn", |rng| {
        let (public, secret) = (rng.text(HEX, 32), rng.text(HEX, 32));
        let dsn = format!(
            "https://{public}:{secret}@o{}.ingest.sentry.io/{}",
            rng.text("123456789", 6),
            rng.text("123456789", 7)
        );
        Draft::token("", &secret).within("SENTRY_DSN", dsn)
    })
    .or(&["url-userinfo"]),
    Generator::new("rollbar-token", "https://docs.rollbar.com/docs/access-tokens", |rng| {
        let name = rng.pick(&["ROLLBAR_ACCESS_TOKEN", "ROLLBAR_POST_SERVER_ITEM_TOKEN", "ROLLBAR_TOKEN"]);
        Draft::named(name, rng.text(HEX, 32))
    }),
    Generator::new("bugsnag-key", "https://docs.bugsnag.com/api/error-reporting/", |rng| {
        let name = rng.pick(&["BUGSNAG_API_KEY", "Bugsnag-Api-Key", "BUGSNAG_KEY"]);
        Draft::named(name, rng.text(HEX, 32))
    }),
];

/// What the token is for, as JSON in base 64, then the secret.
fn organisation(rng: &mut Rng) -> Draft {
    let (issued, _) = lifetime(rng);
    let plain = format!(
        r#"{{"iat":{issued}.{},"url":"https://sentry.io","region_url":"https://us.sentry.io","org":"acme-{}"}}"#,
        rng.text(DIGITS, 6),
        rng.word()
    );
    let encoded = STANDARD.encode(plain);
    let (known, random) = encoded.split_at(8);
    let random = format!("{random}_{}", rng.base64(32).trim_end_matches('='));
    Draft::token(&format!("sntrys_{known}"), random).called("SENTRY_AUTH_TOKEN")
}
