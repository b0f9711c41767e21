//! The sign-in providers of an effective configuration.

use crate::Item;
use crate::repo::Production;

/// Providers that a proxy in front of the portal stands for: they have no environments.
const WITHOUT_ENVIRONMENT: [&str; 8] =
    ["guest", "oauth2Proxy", "awsalb", "aws-alb", "gcpIap", "gcp-iap", "cfaccess", "azureEasyAuth"];

/// A provider that is configured.
pub(super) struct Provider<'a> {
    pub(super) id: &'a str,
    pub(super) item: &'a Item,
}

impl<'a> Provider<'a> {
    /// Whether its keys are environments.
    pub(super) fn has_environments(&self) -> bool {
        !WITHOUT_ENVIRONMENT.contains(&self.id)
    }

    /// Its environments.
    pub(super) fn environments(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.item.entries().filter(|(_, item)| item.as_map().is_some()).map(|(name, _)| &**name)
    }
}

/// The providers that are not null.
pub(super) fn of(production: &Production) -> Vec<Provider<'_>> {
    let Some(providers) = production.at("auth.providers") else { return Vec::new() };
    providers.entries().filter(|(_, item)| !item.is_null()).map(|(id, item)| Provider { id, item }).collect()
}

/// The environment whose blocks are used; none if it is only known when it runs.
pub(super) fn environment(production: &Production) -> Option<&str> {
    match production.at("auth.environment") {
        None => Some("development"),
        Some(item) => item.literal(),
    }
}
