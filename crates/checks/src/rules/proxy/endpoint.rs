//! Proxy endpoints, in both places where they can stand.

use crate::repo::{Production, Reach, Setting};
use crate::rule::Skip;
use crate::rules::on_release::release;
use crate::secret_names::is_credential_header;
use crate::{Context, Item, Release};

/// A value of an endpoint, as written in one file.
pub(super) struct Field<'a> {
    pub(super) setting: Setting<'a>,
    /// The endpoint's name: `/grafana`.
    pub(super) endpoint: String,
    /// All of the endpoint: merged where production sees it, else as its own file has it.
    pub(super) whole: &'a Item,
}

/// Every endpoint's value at a pattern (`headers.*`; empty for the endpoint itself), but those of developers'
/// machines. Endpoints directly under `proxy` are only read where there is no `proxy.endpoints`.
pub(super) fn fields<'a>(cx: Context<'a>, field: &str) -> Result<Vec<Field<'a>>, Skip> {
    let dotted = if field.is_empty() { String::new() } else { format!(".{field}") };
    let mut found = Vec::new();
    for prefix in ["proxy.endpoints.", "proxy."] {
        for setting in cx.settings(&format!("{prefix}*{dotted}"))? {
            let Some(endpoint) = name(&setting.path, prefix, field) else { continue };
            let is_shadowed = prefix == "proxy."
                && (!endpoint.starts_with('/') || setting.project.productions.iter().all(has_endpoints));
            if setting.is_for_development() || is_shadowed {
                continue;
            }
            let endpoint = endpoint.to_owned();
            if let Some(whole) = whole(&setting, prefix, &endpoint) {
                found.push(Field { setting, endpoint, whole });
            }
        }
    }
    Ok(found)
}

fn has_endpoints(production: &Production) -> bool {
    production.at("proxy.endpoints").is_some()
}

/// The endpoint's name in a path; it may hold dots itself.
fn name<'a>(path: &'a str, prefix: &str, field: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix)?;
    match field.split('.').next().filter(|first| !first.is_empty()) {
        Some(first) => rest.rfind(&format!(".{first}")).and_then(|at| rest.get(..at)),
        None => Some(rest),
    }
}

fn whole<'a>(setting: &Setting<'a>, prefix: &str, endpoint: &str) -> Option<&'a Item> {
    let root = match setting.reach {
        Reach::Production(production) => &production.root,
        Reach::Overridden(_) | Reach::NotLoaded(_) => {
            let path = &setting.item.place.path;
            &setting.project.configs.iter().find(|config| config.path == *path)?.root
        }
    };
    root.at(prefix.trim_end_matches('.'))?.get(endpoint)
}

impl<'a> Field<'a> {
    /// The URL that it calls.
    pub(super) fn target(&self) -> Option<&'a Item> {
        target(self.whole)
    }

    /// The credential that it adds to what callers send: a header, or a user and a password.
    pub(super) fn lends(&self) -> Option<&'a Item> {
        lends(self.whole)
    }

    /// Why somebody who is not signed in can call it, if that is so.
    pub(super) fn open(&self) -> Option<Open<'a>> {
        let policy = self.whole.get("credentials");
        if let Some(item) = policy.filter(|item| item.literal() == Some("dangerously-allow-unauthenticated"))
        {
            return Some(Open::Explicit(item));
        }
        if let Some(release) =
            release(self.setting.project).filter(|release| *release < Release::new(1, 28, 0))
        {
            return Some(Open::Release(release));
        }
        let key = "backend.auth.dangerouslyDisableDefaultAuthPolicy";
        match self.setting.reach {
            Reach::Production(production) => {
                production.at(key).is_some_and(Item::is_true).then_some(Open::Policy)
            }
            Reach::Overridden(_) | Reach::NotLoaded(_) => None,
        }
    }
}

/// Why an endpoint is open to anyone.
pub(super) enum Open<'a> {
    /// It says so.
    Explicit(&'a Item),
    /// Proxies of this release ask for nothing.
    Release(Release),
    /// No route of the backend asks for anything.
    Policy,
}

impl Open<'_> {
    /// As a clause.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Explicit(_) => "it allows calls without credentials".to_owned(),
            Self::Release(release) => {
                format!("proxies of {release} ask for no credentials (they do since 1.28)")
            }
            Self::Policy => "the default auth policy is disabled, for proxies too".to_owned(),
        }
    }
}

/// The URL that an endpoint calls; an endpoint may be nothing but its URL.
pub(super) fn target(endpoint: &Item) -> Option<&Item> {
    if endpoint.as_str().is_some() { Some(endpoint) } else { endpoint.get("target") }
}

fn lends(endpoint: &Item) -> Option<&Item> {
    let headers = endpoint.get("headers");
    let header = headers.into_iter().flat_map(Item::entries).find_map(|(name, value)| {
        let is_one = is_credential_header(name) && !value.is_null() && value.as_str() != Some("");
        is_one.then_some(value)
    });
    header.or_else(|| endpoint.get("auth").filter(|auth| !auth.is_null()))
}
