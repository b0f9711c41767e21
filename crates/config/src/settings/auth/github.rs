//! `auth.providers.github`

use super::super::findings::Findings;
use super::GitHubSettings;
use super::client::{self, client};
use super::words::{address, unused};
use crate::{Mode, ValueRef};

/// Reads one environment of `auth.providers.github`.
pub(super) fn github(block: &ValueRef<'_>, mode: Mode, findings: &mut Findings) -> Option<GitHubSettings> {
    unused(block, &[&client::KEYS[..], &["enterpriseInstanceUrl"]].concat(), findings);
    let instance = block.at("enterpriseInstanceUrl");
    // Without it people of github.com would come in instead.
    findings.not_blank(std::slice::from_ref(&instance));
    let instance = address(&instance, mode, findings);
    Some(GitHubSettings { client: client(block, mode, findings)?, instance })
}
