//! Tags that mean another image every day.

/// Words that people push again and again.
const WORDS: &[&str] = &[
    "latest",
    "main",
    "master",
    "trunk",
    "head",
    "dev",
    "develop",
    "development",
    "edge",
    "nightly",
    "next",
    "canary",
    "snapshot",
    "unstable",
    "default",
    "staging",
    "prod",
    "production",
    "test",
    "testing",
];

/// Whether a tag is one that is moved with every build: `latest`, `main`, `latest-alpine`.
pub(crate) fn is_moving(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    WORDS.contains(&tag.as_str()) || tag.starts_with("latest-") || tag.ends_with("-latest")
}
