//! Tests that a pattern cannot make: checksums and decoders. One file each, and one line here.

mod base64_json;
mod basic;
mod beside;
mod cased;
mod connection_string;
mod generic;
mod github_crc32;
mod gitlab_crc32;
mod grafana_crc32;
mod jwk;
mod jwt;
mod key_body;
mod mixed;
mod npm;
mod opaque;
mod packagist_crc32;
mod password;
mod place_value;
mod service_account;

use time::OffsetDateTime;

/// A test of a secret, by the name that rules call it.
type Test = fn(&[u8], OffsetDateTime) -> bool;

/// Every test, by name.
const TESTS: &[(&str, Test)] = &[
    ("base64-json", |secret, _| base64_json::holds(secret)),
    ("basic-pair", |secret, _| basic::holds(secret)),
    ("cased", |secret, _| cased::holds(secret)),
    ("github-crc32", |secret, _| github_crc32::holds(secret)),
    ("gitlab-crc32", |secret, _| gitlab_crc32::holds(secret)),
    ("grafana-crc32", |secret, _| grafana_crc32::holds(secret)),
    ("jwt", jwt::holds),
    ("key-body", |secret, _| key_body::holds(secret)),
    ("kubernetes-service-account", service_account::holds),
    ("mixed", |secret, _| mixed::holds(secret)),
    ("npm-credential", |secret, _| npm::holds(secret)),
    ("opaque", |secret, _| opaque::holds(secret)),
    ("packagist-crc32", |secret, _| packagist_crc32::holds(secret)),
    ("place-value", |secret, _| place_value::holds(secret)),
];

/// A test that also looks at what stands around a secret.
type TestInText = fn(Seen<'_>) -> bool;

/// Every such test, by name.
const TESTS_IN_TEXT: &[(&str, TestInText)] = &[
    ("ado-settings", connection_string::ado),
    ("azure-credentials", beside::azure),
    ("curl-user", beside::curl),
    ("generic", generic::holds),
    ("google-user", beside::google_user),
    ("jwk", jwk::holds),
    ("libpq-settings", connection_string::libpq),
    ("password", password::holds),
    ("redis-settings", connection_string::redis),
];

/// A secret, and the text it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'t> {
    /// What is tested, decoded.
    pub(crate) secret: &'t [u8],
    /// What stands before it.
    pub(crate) before: &'t [u8],
    /// What stands after it.
    pub(crate) after: &'t [u8],
}

/// One test.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// Of the secret alone.
    Alone(Test),
    /// Of the secret where it stands.
    InText(TestInText),
}

impl Check {
    /// The test of this name, if there is one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let alone = TESTS.iter().find(|(known, _)| *known == name).map(|(_, test)| Self::Alone(*test));
        alone.or_else(|| {
            TESTS_IN_TEXT.iter().find(|(known, _)| *known == name).map(|(_, test)| Self::InText(*test))
        })
    }

    /// The names there are, for messages.
    pub(crate) fn names() -> Vec<&'static str> {
        TESTS.iter().map(|(name, _)| *name).chain(TESTS_IN_TEXT.iter().map(|(name, _)| *name)).collect()
    }

    /// Whether what is seen passes at this time.
    pub(crate) fn holds(self, seen: Seen<'_>, now: OffsetDateTime) -> bool {
        match self {
            Self::Alone(test) => test(seen.secret, now),
            Self::InText(test) => test(seen),
        }
    }
}
