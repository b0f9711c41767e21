//! Credentials of forges, registries, build servers and tools of developers.

use crate::credential::Generator;

mod artifacts;
mod atlassian;
pub(super) mod encoded;
mod forges;
mod github;
mod gitlab;
mod registries;

/// Every generator of this area.
pub(super) fn all() -> Vec<Generator> {
    [github::ALL, gitlab::ALL, atlassian::ALL, forges::ALL, registries::ALL, artifacts::ALL].concat()
}
