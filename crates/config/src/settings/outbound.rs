//! Where the server may read from: `backend.reading.allow` and `integrations`.

use model::Secret;
use url::Url;

use super::findings::{Findings, shown};
use crate::{Config, Mode, Place, ValueRef};

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

/// Hosts Backstage knows without being told.
const PUBLIC: &[(IntegrationKind, &str)] = &[
    (IntegrationKind::GitHub, "github.com"),
    (IntegrationKind::GitLab, "gitlab.com"),
    (IntegrationKind::Azure, "dev.azure.com"),
    (IntegrationKind::BitbucketCloud, "bitbucket.org"),
];

impl IntegrationKind {
    fn from_key(key: &str) -> Self {
        match key {
            "github" => Self::GitHub,
            "gitlab" => Self::GitLab,
            "azure" => Self::Azure,
            "bitbucketCloud" => Self::BitbucketCloud,
            "bitbucketServer" => Self::BitbucketServer,
            "gerrit" => Self::Gerrit,
            "gitea" => Self::Gitea,
            other => Self::Other(other.to_owned()),
        }
    }

    /// API and raw file addresses that a host has unless told otherwise.
    fn usual_urls(&self, host: &str) -> (Option<Url>, Option<Url>) {
        let url = |text: &str| Url::parse(text).ok();
        match self {
            Self::GitHub if host == "github.com" => {
                (url("https://api.github.com"), url("https://raw.githubusercontent.com"))
            }
            Self::GitLab => (url(&format!("https://{host}/api/v4")), None),
            Self::BitbucketCloud if host == "bitbucket.org" => (url("https://api.bitbucket.org/2.0"), None),
            Self::BitbucketServer => (url(&format!("https://{host}/rest/api/1.0")), None),
            Self::Gitea => (url(&format!("https://{host}/api/v1")), None),
            _ => (None, None),
        }
    }
}

/// Reads `backend.reading.allow`.
pub(super) fn reading(config: &Config, findings: &mut Findings) -> Vec<ReadAllow> {
    let mut found = Vec::new();
    for entry in findings.take(config.at("backend.reading.allow").items()).unwrap_or_default() {
        if findings.has_losses(&entry, "permission to read") {
            continue;
        }
        let (host, paths) = (entry.at("host"), entry.at("paths"));
        findings.not_blank(std::slice::from_ref(&paths));
        let parsed = findings.keep(host.required_string()).and_then(|text| {
            findings.keep(host_and_ports(text).map_err(|why| {
                host.problem(format!("`{text}` is refused: {why}", text = shown(text))).fix(
                    "write `example.com`, `*.example.com`, `example.com:8443` or `example.com:8000-8999`",
                )
            }))
        });
        let texts = findings.take(paths.strings());
        for path in texts.iter().flatten().filter(|path| !path.starts_with('/')) {
            findings.push(
                paths
                    .problem(format!("path `{path}` does not begin with `/`", path = shown(path)))
                    .fix("write for example `/api/catalog`"),
            );
        }
        if texts.as_ref().is_some_and(Vec::is_empty) {
            findings.push(
                paths
                    .problem("`paths` is an empty list, which would allow every path")
                    .fix("name the paths, or remove the key"),
            );
        }
        if let Some((host, ports)) = parsed {
            let paths = texts.unwrap_or_default().into_iter().map(str::to_owned).collect();
            found.push(ReadAllow { host, ports, paths });
        }
    }
    found
}

type Ports = Option<(u16, u16)>;

fn host_and_ports(text: &str) -> Result<(String, Ports), &'static str> {
    let text = text.trim().to_ascii_lowercase();
    let (host, ports) = match text.rsplit_once(':') {
        Some((host, ports)) if !ports.contains(']') => {
            let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
            let number = |text: &str| text.trim().parse::<u16>().map_err(|_| "the port is not a number");
            (host, Some((number(first)?, number(last)?)))
        }
        _ => (text.as_str(), None),
    };
    if ports.is_some_and(|(first, last)| first > last) {
        return Err("the port range is empty");
    }
    let name = host.strip_prefix("*.").unwrap_or(host);
    if host == "*" || (name != host && !name.contains('.')) {
        return Err("it covers every host, or a whole top-level domain");
    }
    let v6 = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let is_v6 = v6.is_some_and(|v6| v6.parse::<std::net::Ipv6Addr>().is_ok());
    if !is_v6 && !is_host(name) {
        return Err("it is no host");
    }
    Ok((host.to_owned(), ports))
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        })
}

/// Reads `integrations`, and adds the public hosts that are not named.
pub(super) fn integrations(config: &Config, mode: Mode, findings: &mut Findings) -> Vec<Integration> {
    let mut found = Vec::new();
    for (key, value) in findings.keep(config.at("integrations").entries()).unwrap_or_default() {
        let kind = IntegrationKind::from_key(key);
        if !value.is_list() && matches!(kind, IntegrationKind::Other(_)) {
            // `googleGcs` is one object without a host; nothing is read there.
            continue;
        }
        for entry in findings.take(value.items()).unwrap_or_default() {
            found.extend(integration(&kind, &entry, mode, findings));
        }
    }
    for (kind, host) in PUBLIC {
        if !found.iter().any(|other| other.host == *host) {
            let (api_base_url, raw_base_url) = kind.usual_urls(host);
            found.push(Integration {
                kind: kind.clone(),
                host: (*host).to_owned(),
                api_base_url,
                raw_base_url,
                token: None,
                place: None,
            });
        }
    }
    found
}

fn integration(
    kind: &IntegrationKind,
    entry: &ValueRef<'_>,
    mode: Mode,
    findings: &mut Findings,
) -> Option<Integration> {
    let written = entry.at("host");
    let public = PUBLIC.iter().find(|(other, _)| other == kind).map(|(_, host)| *host);
    let host = findings.take(written.string()).or(public).map(str::to_ascii_lowercase);
    let Some(host) = host else {
        if !matches!(kind, IntegrationKind::Other(_)) {
            findings.push(written.missing());
        }
        return None;
    };
    if host_and_ports(&host).is_err() || host.contains('*') {
        findings.push(
            written
                .problem(format!("`{host}` is not a valid host", host = shown(&host)))
                .fix("write a host without scheme or path"),
        );
        return None;
    }
    let (usual_api, usual_raw) = kind.usual_urls(&host);
    let api_base_url = base_url(&entry.at("apiBaseUrl"), findings).or(usual_api);
    let raw_base_url = base_url(&entry.at("rawBaseUrl"), findings).or(usual_raw);
    let token = findings.take(entry.at("token").string()).map(|token| Secret::new(token.to_owned()));
    let plain = api_base_url
        .iter()
        .chain(&raw_base_url)
        .any(|url| url.scheme() == "http" && !url.host_str().is_some_and(super::listen::is_loopback));
    if token.is_some() && plain && mode == Mode::Production {
        findings.push(
            entry
                .problem(format!("the token for `{host}` would travel in plain text"))
                .fix("write https:// addresses"),
        );
    }
    Some(Integration {
        kind: kind.clone(),
        host,
        api_base_url,
        raw_base_url,
        token,
        place: Some(entry.near_place().clone()),
    })
}

fn base_url(value: &ValueRef<'_>, findings: &mut Findings) -> Option<Url> {
    let text = findings.take(value.string())?;
    let url = Url::parse(text.trim_end_matches('/')).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
    });
    if url.is_none() {
        findings.push(
            value
                .problem(format!("`{}` is no http(s) URL without credentials", value.key()))
                .fix("write for example `https://git.example.com/api`"),
        );
    }
    url
}

#[cfg(test)]
mod tests;
