//! Where the server may read from: `backend.reading.allow` and `integrations`.

use model::Secret;
use url::Url;

use crate::Place;

/// One entry of `backend.reading.allow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAllow {
    /// Lower-case host; may begin with `*.`.
    pub host: String,
    /// Allowed ports, first and last; `None` allows the scheme's default port only.
    pub ports: Option<(u16, u16)>,
    /// Path prefixes that end at segment boundaries; empty allows every path.
    pub paths: Vec<String>,
}

/// A source code host.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Which software answers there.
    pub kind: IntegrationKind,
    /// Lower-case host, with a port if it was written with one.
    pub host: String,
    /// The API's address, without a trailing slash.
    pub api_base_url: Option<Url>,
    /// Where raw files are, without a trailing slash.
    pub raw_base_url: Option<Url>,
    /// A token for this host and no other.
    pub token: Option<Secret<String>>,
    /// Where it was written; `None` for the public hosts that are there by default.
    pub place: Option<Place>,
}

/// The software behind an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntegrationKind {
    /// `integrations.github`
    GitHub,
    /// `integrations.gitlab`
    GitLab,
    /// `integrations.azure`
    Azure,
    /// `integrations.bitbucketCloud`
    BitbucketCloud,
    /// `integrations.bitbucketServer`
    BitbucketServer,
    /// `integrations.gerrit`
    Gerrit,
    /// `integrations.gitea`
    Gitea,
    /// Any other key under `integrations`.
    Other(String),
}
