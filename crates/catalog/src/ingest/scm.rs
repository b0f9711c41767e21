//! Hosts of source code whose URLs we know how to read: where a file's editor and its folder are, and
//! what a relative URL means.

use url::Url;

/// What a host's URLs look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScmKind {
    /// `/<owner>/<repo>/blob/<ref>/<path>`.
    GitHub,
    /// `/<group>/…/<repo>/-/blob/<ref>/<path>`.
    GitLab,
}

/// The hosts that `integrations` names.
#[derive(Clone, Debug, Default)]
pub struct ScmHosts(Vec<(String, ScmKind)>);

/// What a URL of a known host shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Tree,
    Edit,
}

impl View {
    fn name(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Edit => "edit",
        }
    }
}

impl ScmHosts {
    /// Hosts (with a port where they have one) and their kinds.
    pub fn new(hosts: Vec<(String, ScmKind)>) -> Self {
        Self(hosts)
    }

    /// The kind of the host of `url`, if it is known.
    pub fn kind(&self, url: &Url) -> Option<ScmKind> {
        let host = url.host_str()?;
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        self.0.iter().find_map(|(known, kind)| (*known == host).then_some(*kind))
    }

    /// The page on which `target` can be edited, if its host has such pages.
    pub(super) fn edit_url(&self, target: &str) -> Option<String> {
        let kind = self.kind(&Url::parse(target).ok()?)?;
        Some(with_view(kind, target, View::Edit))
    }

    /// The folder that `target` lies in, if its host is known.
    pub(super) fn source_folder(&self, target: &str) -> Option<String> {
        self.kind(&Url::parse(target).ok()?)?;
        self.resolve("./", target)
    }

    /// What `target` means in a file at `base`; `None` if `base` is no URL.
    ///
    /// On a known host a leading `/` is the root of the repository; on GitHub the answer names a tree,
    /// as the reference has it.
    pub(super) fn resolve(&self, target: &str, base: &str) -> Option<String> {
        let base_url = Url::parse(base).ok();
        let kind = base_url.as_ref().and_then(|base| self.kind(base));
        let found = match (Url::parse(target), base_url) {
            (Ok(_), _) => target.to_owned(),
            (Err(_), None) => return None,
            (Err(_), Some(base)) => {
                let root =
                    target.starts_with('/').then(|| kind.and_then(|kind| files_root(kind, &base))).flatten();
                let mut url = match root {
                    Some(root) => base.join(&format!("{root}{target}")).ok()?,
                    None => base.join(target).ok()?,
                };
                // Some hosts carry the ref in the query.
                url.set_query(base.query());
                url.into()
            }
        };
        Some(match kind {
            Some(ScmKind::GitHub) => with_view(ScmKind::GitHub, &found, View::Tree),
            _ => found,
        })
    }

    /// The repository that a URL of a known host lies in: host, and path in lower case.
    pub(super) fn repository(&self, url: &Url) -> Option<(String, String)> {
        let kind = self.kind(url)?;
        let root = files_root(kind, url)?;
        let repository = match kind {
            ScmKind::GitHub => {
                root.trim_start_matches('/').splitn(3, '/').take(2).collect::<Vec<_>>().join("/")
            }
            ScmKind::GitLab => root.split("/-/").next()?.trim_start_matches('/').to_owned(),
        };
        Some((url.host_str()?.to_owned(), repository.to_lowercase()))
    }
}

/// The part of a file URL's path that names repository and ref, without a slash at its end.
fn files_root(kind: ScmKind, url: &Url) -> Option<String> {
    let path = url.path();
    let start = match kind {
        ScmKind::GitHub => 1 + path.match_indices('/').nth(2)?.0,
        ScmKind::GitLab => path.find("/-/")? + 3,
    };
    let (view, rest) = path[start..].split_once('/')?;
    let reference = rest.split('/').next()?;
    matches!(view, "blob" | "tree" | "edit" | "raw")
        .then(|| path[..start + view.len() + 1 + reference.len()].to_owned())
}

/// Exchanges the word of a URL that says what is shown of the file.
fn with_view(kind: ScmKind, url: &str, view: View) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    let path = parsed.path();
    let start = match kind {
        ScmKind::GitHub => path.match_indices('/').nth(2).map(|(at, _)| at + 1),
        ScmKind::GitLab => path.find("/-/").map(|at| at + 3),
    };
    let Some((start, (word, rest))) = start.and_then(|start| Some((start, path[start..].split_once('/')?)))
    else {
        return url.to_owned();
    };
    if !matches!(word, "blob" | "tree" | "edit") {
        return url.to_owned();
    }
    let changed = format!("{}{}/{rest}", &path[..start], view.name());
    parsed.set_path(&changed);
    parsed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> ScmHosts {
        ScmHosts::new(vec![
            ("github.com".into(), ScmKind::GitHub),
            ("lab.example:8443".into(), ScmKind::GitLab),
        ])
    }

    const HUB: &str = "https://github.com/acme/shop/blob/main/a/catalog-info.yaml";
    const LAB: &str = "https://lab.example:8443/g/sub/shop/-/blob/main/a/b.yaml";

    #[test]
    fn known_hosts_have_an_editor_and_a_folder() {
        assert_eq!(
            hosts().edit_url(HUB).as_deref(),
            Some("https://github.com/acme/shop/edit/main/a/catalog-info.yaml")
        );
        assert_eq!(hosts().source_folder(HUB).as_deref(), Some("https://github.com/acme/shop/tree/main/a/"));
        assert_eq!(
            hosts().source_folder(LAB).as_deref(),
            Some("https://lab.example:8443/g/sub/shop/-/blob/main/a/")
        );
        assert_eq!(hosts().edit_url("https://other.example/a/b/blob/main/x.yaml"), None);
    }

    #[test]
    fn relative_targets_resolve_against_the_file() {
        let resolve = |target, base| hosts().resolve(target, base);
        assert_eq!(resolve("./b.yaml", "http://h/a/c.yaml?x=1").as_deref(), Some("http://h/a/b.yaml?x=1"));
        assert_eq!(
            resolve("/top.yaml", HUB).as_deref(),
            Some("https://github.com/acme/shop/tree/main/top.yaml")
        );
        assert_eq!(resolve("./b.yaml", "/no/url"), None);
        assert_eq!(resolve("http://other/x", "/no/url").as_deref(), Some("http://other/x"));
    }

    #[test]
    fn a_repository_is_host_and_path() {
        let url = Url::parse(LAB).expect("a URL");
        assert_eq!(hosts().repository(&url), Some(("lab.example".into(), "g/sub/shop".into())));
    }
}
