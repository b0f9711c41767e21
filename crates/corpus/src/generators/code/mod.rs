//! Credentials of forges, registries, build servers and tools of developers.

use crate::credential::Generator;

mod artifacts;
mod atlassian;
mod content;
mod delivery;
pub(super) mod encoded;
mod errors;
mod forges;
mod github;
mod gitlab;
mod pipelines;
mod planning;
mod quality;
mod registries;

/// Every generator of this area.
pub(super) fn all() -> Vec<Generator> {
    [
        github::ALL,
        gitlab::ALL,
        atlassian::ALL,
        forges::ALL,
        registries::ALL,
        artifacts::ALL,
        quality::ALL,
        pipelines::ALL,
        delivery::ALL,
        planning::ALL,
        content::ALL,
        errors::ALL,
    ]
    .concat()
}
