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

/// Names that a version of a system or of Node.js goes by, which tags have in place of numbers.
const CODENAMES: &[&str] = &[
    "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "xenial", "bionic", "focal", "jammy",
    "noble", "fermium", "gallium", "hydrogen", "iron", "jod", "krypton",
];

/// Whether a tag names no version at all: `alpine`, `stable-slim`, `mainline`, `lts`.
pub(crate) fn has_no_version(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let known = tag.contains(|c: char| c.is_ascii_digit() || c == '$')
        || tag.split(['-', '_', '.']).any(|word| CODENAMES.contains(&word));
    is_moving(&tag) || !known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_without_a_version() {
        for tag in ["latest", "alpine", "stable-slim", "mainline-alpine", "lts"] {
            assert!(has_no_version(tag), "{tag}");
        }
        for tag in ["24", "bookworm-slim", "lts-hydrogen", "${V}", "v1"] {
            assert!(!has_no_version(tag), "{tag}");
        }
    }
}
