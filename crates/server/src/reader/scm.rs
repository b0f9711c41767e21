//! URLs of source code hosts: from the page of a file to the address of its bytes.

use config::{Integration, IntegrationKind};
use url::Url;

/// A file, or a pattern of files, in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RepositoryFile {
    /// `owner/name`, or `group/…/name`.
    pub(super) repository: String,
    pub(super) reference: String,
    /// Without a leading slash, decoded.
    pub(super) path: String,
}

/// Why a URL of a known host cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ScmError {
    /// Not the page of a file.
    #[error(
        "Incorrect URL: {0}, Error: Invalid {1} URL or file path; it should be the page of a file, with /blob/ in it"
    )]
    NotAFile(String, &'static str),
    /// A path that leads elsewhere once decoded.
    #[error("Incorrect URL: {0}, Error: Invalid SCM URL: path traversal is not allowed in the URL")]
    Traversal(String),
    /// A host whose API we do not speak.
    #[error("reading from {0} hosts is not supported; only GitHub and GitLab are")]
    Unsupported(String),
}

/// The integration that a URL belongs to.
pub(super) fn integration_of<'a>(integrations: &'a [Integration], url: &Url) -> Option<&'a Integration> {
    let host = url.host_str()?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    integrations.iter().find(|integration| integration.host == host)
}

/// Takes the URL of a file's page apart.
pub(super) fn parse(integration: &Integration, url: &Url) -> Result<RepositoryFile, ScmError> {
    let path = url.path().trim_matches('/');
    let (host, marker, parts) = match integration.kind {
        IntegrationKind::GitHub => ("GitHub", "/", path.splitn(3, '/').collect::<Vec<_>>()),
        IntegrationKind::GitLab => {
            let marker = if path.contains("/-/") { "/-/" } else { "/blob/" };
            ("GitLab", marker, path.splitn(2, marker).collect())
        }
        ref other => return Err(ScmError::Unsupported(format!("{other:?}"))),
    };
    let not_a_file = || ScmError::NotAFile(url.to_string(), host);
    let (repository, rest) = match parts.as_slice() {
        [owner, name, rest] => (format!("{owner}/{name}"), (*rest).to_owned()),
        [repository, rest] if marker == "/blob/" => ((*repository).to_owned(), format!("blob/{rest}")),
        [repository, rest] if marker == "/-/" => ((*repository).to_owned(), (*rest).to_owned()),
        _ => return Err(not_a_file()),
    };
    let mut rest = rest.splitn(3, '/');
    let view = rest.next().unwrap_or_default();
    let (Some(reference), Some(path)) = (rest.next(), rest.next()) else { return Err(not_a_file()) };
    if !matches!(view, "blob" | "tree" | "raw" | "edit") || path.is_empty() {
        return Err(not_a_file());
    }
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let file = RepositoryFile { repository, reference: decoded(reference), path: decoded(path) };
    // Decoded until nothing changes: the host may decode more often than we do.
    let mut plain = format!("{}/{}", file.repository, file.path);
    loop {
        let again = decoded(&plain);
        if again == plain {
            break;
        }
        plain = again;
    }
    if plain.split(['/', '\\']).any(|part| part == ".." || part == ".") {
        return Err(ScmError::Traversal(url.to_string()));
    }
    Ok(file)
}

/// Where the bytes of a file are.
pub(super) fn bytes_url(integration: &Integration, file: &RepositoryFile) -> Option<Url> {
    let (api, raw) = (integration.api_base_url.as_ref(), integration.raw_base_url.as_ref());
    if integration.kind == IntegrationKind::GitLab {
        let mut url = api?.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend([
            "projects",
            &file.repository,
            "repository",
            "files",
            &file.path,
            "raw",
        ]);
        url.query_pairs_mut().append_pair("ref", &file.reference);
        return Some(url);
    }
    match (api, raw) {
        (Some(api), raw) if integration.token.is_some() || raw.is_none() => {
            let mut url = below(api, ["repos"], &file.repository)?;
            url = below(&url, ["contents"], &file.path)?;
            url.query_pairs_mut().append_pair("ref", &file.reference);
            Some(url)
        }
        (_, Some(raw)) => {
            let url = below(raw, [], &file.repository)?;
            below(&url, [file.reference.as_str()], &file.path)
        }
        _ => None,
    }
}

/// Where the list of all files of a repository is, a page of it.
pub(super) fn tree_url(integration: &Integration, file: &RepositoryFile, page: usize) -> Option<Url> {
    let api = integration.api_base_url.as_ref()?;
    if integration.kind == IntegrationKind::GitLab {
        let mut url = api.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend([
            "projects",
            &file.repository,
            "repository",
            "tree",
        ]);
        url.query_pairs_mut()
            .append_pair("ref", &file.reference)
            .append_pair("recursive", "true")
            .append_pair("per_page", "100")
            .append_pair("page", &page.to_string());
        return Some(url);
    }
    let mut url = below(api, ["repos"], &file.repository)?;
    url.path_segments_mut().ok()?.extend(["git", "trees", &file.reference]);
    url.query_pairs_mut().append_pair("recursive", "1");
    Some(url)
}

/// The page of another file in the same place.
pub(super) fn page_of(
    page: &Url,
    integration: &Integration,
    file: &RepositoryFile,
    path: &str,
) -> Option<Url> {
    let mut url = page.clone();
    url.set_path("");
    let url = below(&url, [], &file.repository)?;
    let view: &[&str] = if integration.kind == IntegrationKind::GitLab { &["-", "blob"] } else { &["tree"] };
    let mut url = url;
    url.path_segments_mut().ok()?.extend(view).push(&file.reference);
    below(&url, [], path)
}

/// `base` with fixed segments and then the segments of a path; each is encoded by itself.
fn below<const N: usize>(base: &Url, fixed: [&str; N], path: &str) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(fixed).extend(path.split('/'));
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Secret;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    fn github(token: bool) -> Integration {
        Integration {
            kind: IntegrationKind::GitHub,
            host: "github.com".into(),
            api_base_url: Some(url("https://api.github.com")),
            raw_base_url: Some(url("https://raw.githubusercontent.com")),
            token: token.then(|| Secret::new("x".into())),
            place: None,
        }
    }

    fn gitlab() -> Integration {
        Integration {
            kind: IntegrationKind::GitLab,
            host: "gitlab.com".into(),
            api_base_url: Some(url("https://gitlab.com/api/v4")),
            raw_base_url: None,
            token: None,
            place: None,
        }
    }

    fn bytes_of(integration: &Integration, page: &str) -> Result<String, ScmError> {
        let file = parse(integration, &url(page))?;
        Ok(bytes_url(integration, &file).expect("it has an address").to_string())
    }

    #[test]
    fn github_pages_lead_to_raw_files_or_the_api() {
        let page = "https://github.com/acme/shop/blob/main/a%20b/catalog-info.yaml";
        assert_eq!(
            bytes_of(&github(false), page).as_deref(),
            Ok("https://raw.githubusercontent.com/acme/shop/main/a%20b/catalog-info.yaml")
        );
        assert_eq!(
            bytes_of(&github(true), page).as_deref(),
            Ok("https://api.github.com/repos/acme/shop/contents/a%20b/catalog-info.yaml?ref=main")
        );
        assert_eq!(
            bytes_of(&github(false), "https://github.com/acme/shop/tree/main/x.yaml").as_deref(),
            Ok("https://raw.githubusercontent.com/acme/shop/main/x.yaml")
        );
    }

    #[test]
    fn gitlab_pages_lead_to_the_api() {
        for page in [
            "https://gitlab.com/g/sub/shop/-/blob/main/a/b.yaml",
            "https://gitlab.com/g/sub/shop/blob/main/a/b.yaml",
        ] {
            assert_eq!(
                bytes_of(&gitlab(), page).as_deref(),
                Ok(
                    "https://gitlab.com/api/v4/projects/g%2Fsub%2Fshop/repository/files/a%2Fb.yaml/raw?ref=main"
                )
            );
        }
    }

    #[test]
    fn what_is_no_file_or_leads_elsewhere_is_refused() {
        for page in [
            "https://github.com/acme",
            "https://github.com/acme/shop/issues/1/x",
            "https://github.com/acme/shop/blob/main",
        ] {
            assert!(matches!(bytes_of(&github(false), page), Err(ScmError::NotAFile(..))), "{page}");
        }
        for page in [
            "https://github.com/acme/shop/blob/main/%252e%252e%2fx.yaml",
            "https://github.com/acme/shop/blob/main/a/..%2f..%2fx.yaml",
            "https://github.com/acme/shop/blob/main/a/..%5c..%5cx.yaml",
        ] {
            assert!(matches!(bytes_of(&github(true), page), Err(ScmError::Traversal(_))), "{page}");
        }
        let gitea = Integration { kind: IntegrationKind::Gitea, ..gitlab() };
        assert!(matches!(
            bytes_of(&gitea, "https://gitlab.com/a/b/src/branch/main/x"),
            Err(ScmError::Unsupported(_))
        ));
    }

    #[test]
    fn listed_files_have_pages() {
        let page = url("https://github.com/acme/shop/blob/main/**/catalog-info.yaml");
        let file = parse(&github(false), &page).expect("a file");
        assert_eq!(
            page_of(&page, &github(false), &file, "a/catalog-info.yaml").map(String::from).as_deref(),
            Some("https://github.com/acme/shop/tree/main/a/catalog-info.yaml")
        );
        assert_eq!(
            tree_url(&github(false), &file, 1).map(String::from).as_deref(),
            Some("https://api.github.com/repos/acme/shop/git/trees/main?recursive=1")
        );
    }
}
