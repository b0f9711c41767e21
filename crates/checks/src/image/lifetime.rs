//! Until when bases get fixes.

use time::Date;
use time::macros::date;

use crate::image::Reference;

/// A version of a base, and the last day on which it gets fixes from those who make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// `Node.js 20`.
    pub(crate) what: String,
    /// The last day.
    pub(crate) on: Date,
}

/// Even majors that had, or have, long-term support. Odd ones end half a year after they began, before the even one
/// that follows them.
const NODE: [(u32, Date); 12] = [
    (4, date!(2018 - 04 - 30)),
    (6, date!(2019 - 04 - 30)),
    (8, date!(2019 - 12 - 31)),
    (10, date!(2021 - 04 - 30)),
    (12, date!(2022 - 04 - 30)),
    (14, date!(2023 - 04 - 30)),
    (16, date!(2023 - 09 - 11)),
    (18, date!(2025 - 04 - 30)),
    (20, date!(2026 - 04 - 30)),
    (22, date!(2027 - 04 - 30)),
    (24, date!(2028 - 04 - 30)),
    (26, date!(2029 - 04 - 30)),
];
const NODE_ODD: [(u32, Date); 11] = [
    (5, date!(2016 - 06 - 30)),
    (7, date!(2017 - 06 - 30)),
    (9, date!(2018 - 06 - 30)),
    (11, date!(2019 - 06 - 30)),
    (13, date!(2020 - 06 - 01)),
    (15, date!(2021 - 06 - 01)),
    (17, date!(2022 - 06 - 01)),
    (19, date!(2023 - 06 - 01)),
    (21, date!(2024 - 06 - 01)),
    (23, date!(2025 - 06 - 01)),
    (25, date!(2026 - 06 - 01)),
];
/// With the long-term support that the project itself gives.
const DEBIAN: [(&str, u32, Date); 5] = [
    ("jessie", 8, date!(2020 - 06 - 30)),
    ("stretch", 9, date!(2022 - 06 - 30)),
    ("buster", 10, date!(2024 - 06 - 30)),
    ("bullseye", 11, date!(2026 - 08 - 31)),
    ("bookworm", 12, date!(2028 - 06 - 30)),
];
const ALPINE: [(u32, Date); 22] = [
    (3, date!(2017 - 11 - 01)),
    (4, date!(2018 - 05 - 01)),
    (5, date!(2018 - 11 - 01)),
    (6, date!(2019 - 05 - 01)),
    (7, date!(2019 - 11 - 01)),
    (8, date!(2020 - 05 - 01)),
    (9, date!(2020 - 11 - 01)),
    (10, date!(2021 - 05 - 01)),
    (11, date!(2021 - 11 - 01)),
    (12, date!(2022 - 05 - 01)),
    (13, date!(2022 - 11 - 01)),
    (14, date!(2023 - 05 - 01)),
    (15, date!(2023 - 11 - 01)),
    (16, date!(2024 - 05 - 23)),
    (17, date!(2024 - 11 - 22)),
    (18, date!(2025 - 05 - 09)),
    (19, date!(2025 - 11 - 01)),
    (20, date!(2026 - 04 - 01)),
    (21, date!(2026 - 11 - 01)),
    (22, date!(2027 - 05 - 01)),
    (23, date!(2027 - 11 - 01)),
    (24, date!(2028 - 06 - 01)),
];
/// Without the support that is paid for.
const UBUNTU: [(&str, &str, Date); 10] = [
    ("xenial", "16.04", date!(2021 - 04 - 30)),
    ("bionic", "18.04", date!(2023 - 05 - 31)),
    ("focal", "20.04", date!(2025 - 05 - 31)),
    ("jammy", "22.04", date!(2027 - 04 - 01)),
    ("kinetic", "22.10", date!(2023 - 07 - 20)),
    ("lunar", "23.04", date!(2024 - 01 - 20)),
    ("mantic", "23.10", date!(2024 - 07 - 12)),
    ("oracular", "24.10", date!(2025 - 07 - 10)),
    ("plucky", "25.04", date!(2026 - 01 - 17)),
    ("questing", "25.10", date!(2026 - 07 - 01)),
];
/// Names of the long-term releases of Node.js.
const CODENAMES: [(&str, u32); 5] =
    [("fermium", 14), ("gallium", 16), ("hydrogen", 18), ("iron", 20), ("jod", 22)];

/// What of an image has ended before a day: the version of Node.js, else the system it is on.
pub(crate) fn ended(image: &Reference, today: Date) -> Option<Ended> {
    let tag = image.tag.as_deref().unwrap_or_default().to_ascii_lowercase();
    [node(image, &tag), system(image, &tag)].into_iter().flatten().find(|ended| ended.on < today)
}

fn node(image: &Reference, tag: &str) -> Option<Ended> {
    let short = image.short();
    let major = if short == "node" || short == "javascript-node" || short == "typescript-node" {
        let first = tag.split(['-', '.']).next().unwrap_or_default();
        let named = CODENAMES.iter().find(|(name, _)| *name == first).map(|(_, major)| *major);
        named.or_else(|| first.trim_start_matches('v').parse().ok())?
    } else if let Some(rest) =
        short.strip_prefix("nodejs").filter(|rest| rest.contains(|c: char| c.is_ascii_digit()))
    {
        // distroless/nodejs20-debian12, ubi9/nodejs-20, ubi9/nodejs-20-minimal.
        rest.trim_start_matches('-').split(['-', '.']).next()?.parse().ok()?
    } else {
        in_tag(tag)?
    };
    of_node(major)
}

fn of_node(major: u32) -> Option<Ended> {
    let (_, on) = NODE.iter().chain(&NODE_ODD).find(|(known, _)| *known == major)?;
    Some(Ended { what: format!("Node.js {major}"), on: *on })
}

/// When a version of Node.js got its last fixes, if that was before a day: `16.16.0`, `v18`, `20.x`.
pub(crate) fn ended_node(version: &str, today: Date) -> Option<Ended> {
    let major = version.trim_start_matches('v').split('.').next()?.parse().ok()?;
    of_node(major).filter(|ended| ended.on < today)
}

/// The version of Node.js that a tag of some other image names among what else is in it: `python3.12-nodejs22-slim`,
/// `1.4-node18`, `22.04-node-20`.
fn in_tag(tag: &str) -> Option<u32> {
    let parts: Vec<&str> = tag.split(['-', '_', '+']).collect();
    parts.iter().enumerate().find_map(|(at, part)| {
        let version = part.strip_prefix("nodejs").or_else(|| part.strip_prefix("node"))?;
        let version = if version.is_empty() { parts.get(at + 1)? } else { version };
        version.split('.').next()?.parse().ok()
    })
}

fn system(image: &Reference, tag: &str) -> Option<Ended> {
    let mut parts = tag.split('-').chain(image.short().split('-').skip(1));
    let debian = DEBIAN.iter().find_map(|(name, number, on)| {
        let own = image.is_library("debian") && tag.split(['.', '-']).next() == Some(&number.to_string());
        let named = parts.clone().any(|part| part == *name || part == format!("debian{number}"));
        (own || named).then(|| Ended { what: format!("Debian {number} ({name})"), on: *on })
    });
    let ubuntu = UBUNTU.iter().find_map(|(name, number, on)| {
        let own = image.is_library("ubuntu") && tag.starts_with(number);
        (own || parts.clone().any(|part| part == *name))
            .then(|| Ended { what: format!("Ubuntu {number}"), on: *on })
    });
    let alpine = || {
        let version = match parts.find_map(|part| part.strip_prefix("alpine")) {
            Some(version) => version.to_owned(),
            None if image.is_library("alpine") => tag.to_owned(),
            None => return None,
        };
        let minor: u32 = version.strip_prefix("3.")?.split(['.', '-', '_']).next()?.parse().ok()?;
        let (_, on) = ALPINE.iter().find(|(known, _)| *known == minor)?;
        Some(Ended { what: format!("Alpine 3.{minor}"), on: *on })
    };
    debian.or(ubuntu).or_else(alpine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_end() {
        let what = |text: &str| ended(&Reference::parse(text), date!(2026 - 11 - 24)).map(|ended| ended.what);
        for (text, expected) in [
            ("node:20-bookworm-slim", Some("Node.js 20")),
            ("mirror.gcr.io/library/node:v18.3.1@sha256:aa", Some("Node.js 18")),
            ("node:25", Some("Node.js 25")),
            ("node:iron-alpine", Some("Node.js 20")),
            ("node:12", Some("Node.js 12")),
            ("node:8-alpine", Some("Node.js 8")),
            ("ubuntu:24.10", Some("Ubuntu 24.10")),
            ("ubuntu:24.04", None),
            ("gcr.io/distroless/nodejs20-debian12", Some("Node.js 20")),
            ("registry.access.redhat.com/ubi8/nodejs-18-minimal:1", Some("Node.js 18")),
            ("nikolaik/python-nodejs:python3.10-nodejs18-slim", Some("Node.js 18")),
            ("cimg/base:2024.01-node-18.20", Some("Node.js 18")),
            ("acme/tools:node22-1.0", None),
            ("node-exporter:v1.7", None),
            ("node:24-bullseye", Some("Debian 11 (bullseye)")),
            ("node:22.1-alpine3.19", Some("Alpine 3.19")),
            ("alpine:3.9.2", Some("Alpine 3.9")),
            ("debian:10.3", Some("Debian 10 (buster)")),
            ("ubuntu:20.04", Some("Ubuntu 20.04")),
            ("node:24-trixie-slim", None),
            ("node:lts", None),
            ("node:$V", None),
            ("node:24-alpine3.23", None),
            ("gcr.io/distroless/nodejs24-debian13", None),
            ("nodered:20", None),
            ("debian:12", None),
        ] {
            assert_eq!(what(text).as_deref(), expected, "{text}");
        }
    }
}
