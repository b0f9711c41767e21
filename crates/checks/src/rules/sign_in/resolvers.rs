//! The sign-in resolvers that configurations name.

use crate::repo::Setting;
use crate::rule::Skip;
use crate::{Context, Item};

/// One entry of `signIn.resolvers` that production may get to see.
pub(super) struct Resolver<'a> {
    /// The entry.
    pub(super) setting: Setting<'a>,
    /// The provider's id.
    pub(super) provider: String,
    /// The resolver's name; empty where it is written as something else than a string.
    pub(super) name: &'a str,
}

impl<'a> Resolver<'a> {
    /// One of its options.
    pub(super) fn option(&self, key: &str) -> Option<&'a Item> {
        self.setting.item.get(key).filter(|item| !item.is_null())
    }

    /// Whether it only admits some domains. A list that is filled in from outside counts.
    pub(super) fn has_domains(&self) -> bool {
        self.option("allowedDomains").is_some_and(|domains| {
            domains.is_unknown() || domains.get("$env").is_some() || !domains.one_or_many().is_empty()
        })
    }
}

/// All resolvers, of providers with environments and of those without.
pub(super) fn all<'a>(cx: &Context<'a>) -> Result<Vec<Resolver<'a>>, Skip> {
    let mut all = Vec::new();
    for pattern in ["auth.providers.*.*.signIn.resolvers.*", "auth.providers.*.signIn.resolvers.*"] {
        for setting in cx.settings(pattern)?.filter(|setting| !setting.is_for_development()) {
            let provider = setting.path.split('.').nth(2).unwrap_or_default().to_owned();
            let name = setting.item.get("resolver").and_then(Item::as_str).unwrap_or_default();
            all.push(Resolver { setting, provider, name });
        }
    }
    Ok(all)
}

/// Whether everybody on the internet can have an account with a provider.
pub(super) fn is_open_to_all(provider: &str) -> bool {
    matches!(provider, "github" | "gitlab" | "google" | "bitbucket" | "atlassian")
}
