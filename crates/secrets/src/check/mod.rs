//! Tests that a pattern cannot make: checksums and decoders. One file each, and one line here.

mod base64_json;
mod github_crc32;
mod gitlab_crc32;
mod grafana_crc32;
mod jwt;
mod mixed;
mod packagist_crc32;

use time::OffsetDateTime;

/// A test of a secret, by the name that rules call it.
type Test = fn(&[u8], OffsetDateTime) -> bool;

/// Every test, by name.
const TESTS: &[(&str, Test)] = &[
    ("base64-json", |secret, _| base64_json::holds(secret)),
    ("github-crc32", |secret, _| github_crc32::holds(secret)),
    ("gitlab-crc32", |secret, _| gitlab_crc32::holds(secret)),
    ("grafana-crc32", |secret, _| grafana_crc32::holds(secret)),
    ("jwt", jwt::holds),
    ("mixed", |secret, _| mixed::holds(secret)),
    ("packagist-crc32", |secret, _| packagist_crc32::holds(secret)),
];

/// One test.
#[derive(Clone, Copy)]
pub(crate) struct Check {
    test: Test,
}

impl Check {
    /// The test of this name, if there is one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        TESTS.iter().find(|(known, _)| *known == name).map(|(_, test)| Self { test: *test })
    }

    /// The names there are, for messages.
    pub(crate) fn names() -> Vec<&'static str> {
        TESTS.iter().map(|(name, _)| *name).collect()
    }

    /// Whether `secret` passes at this time.
    pub(crate) fn holds(self, secret: &[u8], now: OffsetDateTime) -> bool {
        (self.test)(secret, now)
    }
}
