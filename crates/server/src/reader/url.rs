//! Locations of type `url`, and placeholders.

use std::sync::Arc;

use catalog::ingest::{Content, ReadError, ReadRequest, Reader, SourceFile};
use config::{Integration, IntegrationKind, Settings};
use model::LocationRef;
use serde_json::Value;
use untrusted::glob::Glob;
use url::Url;

use super::scm::{self, RepositoryFile};
use super::{FILE_BYTES, LISTED_FILES};
use crate::outbound::{Answer, Ask, Egress, EgressError};

/// Pages of a repository's list of files that are asked for.
const TREE_PAGES: usize = 200;

/// Reads URLs.
#[derive(Clone, Debug)]
pub struct UrlReader {
    egress: Egress,
    integrations: Arc<[Integration]>,
}

impl UrlReader {
    /// A reader that reads what `backend.reading.allow` and `integrations` permit.
    pub fn new(settings: &Settings) -> Self {
        Self {
            egress: Egress::new(&settings.reading, &settings.integrations),
            integrations: settings.integrations.clone().into(),
        }
    }

    async fn fetch(&self, url: &Url, raw: bool, validator: Option<&str>) -> Result<Answer, ReadError> {
        let accept = if raw { "application/vnd.github.raw+json, */*" } else { "*/*" };
        let ask = Ask { url, accept, validator, limit: FILE_BYTES };
        self.egress.fetch(ask).await.map_err(|error| read_error(&error))
    }

    /// One file.
    async fn file(&self, url: &Url, validator: Option<&str>) -> Result<Content, ReadError> {
        let answer = match scm::integration_of(&self.integrations, url) {
            None => self.fetch(url, false, validator).await?,
            Some(integration) => {
                let file =
                    scm::parse(integration, url).map_err(|error| ReadError::failed(error.to_string()))?;
                let bytes = scm::bytes_url(integration, &file).ok_or_else(|| no_api(integration))?;
                self.fetch(&bytes, integration.kind == IntegrationKind::GitHub, validator).await?
            }
        };
        Ok(match answer {
            Answer::Body(bytes, validator) => Content::Bytes(bytes, validator),
            Answer::Unchanged => Content::Unchanged,
        })
    }

    /// The files that a pattern names in a repository.
    async fn list(&self, url: &Url) -> Result<Vec<SourceFile>, ReadError> {
        let integration = scm::integration_of(&self.integrations, url).ok_or_else(|| {
            ReadError::failed("Unsupported search pattern URL; patterns need an integration")
        })?;
        let pattern = scm::parse(integration, url).map_err(|error| ReadError::failed(error.to_string()))?;
        let glob = Glob::parse(&pattern.path).map_err(|error| ReadError::failed(error.to_string()))?;
        let base = glob.base().trim_matches('/');
        let matches = |path: &str| {
            let below = if base.is_empty() {
                Some(path)
            } else {
                path.strip_prefix(base).and_then(|rest| rest.strip_prefix('/'))
            };
            below.is_some_and(|relative| glob.matches(relative))
        };
        let mut paths = self.paths(integration, &pattern).await?;
        paths.retain(|path| matches(path));
        paths.sort();
        if paths.len() > LISTED_FILES {
            return Err(ReadError::failed(format!("the pattern names more than {LISTED_FILES} files")));
        }
        let file = |path: String| {
            let page = scm::page_of(url, integration, &pattern, &path)?;
            let location = LocationRef::new("url", page.as_str()).ok()?;
            Some(SourceFile { location, content: Content::Listed })
        };
        Ok(paths.into_iter().filter_map(file).collect())
    }

    /// All files of a repository.
    async fn paths(
        &self,
        integration: &Integration,
        pattern: &RepositoryFile,
    ) -> Result<Vec<String>, ReadError> {
        let mut paths = Vec::new();
        for page in 1..=TREE_PAGES {
            let url = scm::tree_url(integration, pattern, page).ok_or_else(|| no_api(integration))?;
            let Answer::Body(bytes, _) = self.fetch(&url, false, None).await? else {
                return Err(ReadError::failed("the list of files was answered with nothing"));
            };
            let list: Value = serde_json::from_slice(&bytes)
                .map_err(|_| ReadError::failed("the list of files is not JSON"))?;
            if list.get("truncated").and_then(Value::as_bool) == Some(true) {
                return Err(ReadError::failed(
                    "the repository has more files than its host lists; name the files one by one",
                ));
            }
            let is_paged = list.is_array();
            let entries = list.as_array().or_else(|| list.get("tree")?.as_array());
            let entries = entries.ok_or_else(|| ReadError::failed("the list of files is not a list"))?;
            let files =
                entries.iter().filter(|entry| entry.get("type").and_then(Value::as_str) == Some("blob"));
            paths.extend(files.filter_map(|entry| entry.get("path")?.as_str().map(str::to_owned)));
            if !is_paged || entries.is_empty() {
                return Ok(paths);
            }
        }
        Err(ReadError::failed("the repository has too many files; name them one by one"))
    }
}

impl Reader for UrlReader {
    async fn read(&self, request: ReadRequest<'_>) -> Result<Vec<SourceFile>, ReadError> {
        let target = request.location.target();
        let url = Url::parse(target)
            .map_err(|error| ReadError::failed(format!("`{target}` is no URL: {error}")))?;
        if url.path().contains('*') {
            return self.list(&url).await;
        }
        let content = self.file(&url, request.validator).await?;
        Ok(vec![SourceFile { location: request.location.clone(), content }])
    }
}

fn no_api(integration: &Integration) -> ReadError {
    ReadError::failed(format!("the integration of {} has no apiBaseUrl", integration.host))
}

fn read_error(error: &EgressError) -> ReadError {
    let message = error.to_string();
    match error {
        EgressError::NotFound(_) => ReadError::not_found(message),
        EgressError::NotListed(_) | EgressError::Address(..) | EgressError::Downgrade(_) => {
            ReadError::not_allowed(message)
        }
        _ => ReadError::failed(message),
    }
}
