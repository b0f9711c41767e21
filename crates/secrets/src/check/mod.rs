//! Tests that a pattern cannot make: checksums and decoders. One file each, and one line here.

mod base64_json;
mod cased;
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
    ("cased", |secret, _| cased::holds(secret)),
    ("github-crc32", |secret, _| github_crc32::holds(secret)),
    ("gitlab-crc32", |secret, _| gitlab_crc32::holds(secret)),
    ("grafana-crc32", |secret, _| grafana_crc32::holds(secret)),
    ("jwt", jwt::holds),
    ("mixed", |secret, _| mixed::holds(secret)),
    ("packagist-crc32", |secret, _| packagist_crc32::holds(secret)),
];

/// A test that also looks at what stands around a secret.
type TestInText = fn(Seen<'_>) -> bool;

/// Every such test, by name.
const TESTS_IN_TEXT: &[(&str, TestInText)] = &[];

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
