//! A finding with its place, and what of both may be shown.

use secrets::{Excerpt, Finding, Fingerprint, Scanner};

pub(crate) use crate::output::plain;

/// A secret that was found somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    pub(crate) excerpt: Excerpt,
    pub(crate) place: Place,
    /// Its fingerprint under the key before this one.
    pub(crate) previous: Option<Fingerprint>,
}

/// Where something was read from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// The path, without secrets.
    pub(crate) path: String,
    pub(crate) commit: Option<String>,
    /// The file of leaves that it is under, and the path from that file's folder.
    pub(crate) under: Option<(usize, String)>,
}

/// A path as it may be shown: people put secrets into names, too.
pub(crate) fn shown(scanner: &Scanner, path: &str) -> String {
    scanner.redact(path).into_owned()
}
