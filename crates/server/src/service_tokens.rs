//! From `backend.auth.externalAccess` to the tokens that services show.

use config::Settings;
use identity::{Restrictions, ServiceToken, ServiceTokens};

/// The tokens that the settings name.
pub(crate) fn from_settings(settings: &Settings) -> Result<ServiceTokens, String> {
    let mut tokens = Vec::with_capacity(settings.service_tokens.len());
    for token in &settings.service_tokens {
        let restrictions = token.restrictions.as_ref().map(|list| restrictions(list)).transpose();
        tokens.push(ServiceToken {
            token: token.token.clone(),
            subject: token.subject.clone(),
            restrictions: restrictions.map_err(|problem| format!("{}: {problem}", token.place))?,
        });
    }
    ServiceTokens::new(tokens).map_err(|error| error.to_string())
}

/// Upper bounds, as the configuration writes them.
pub(crate) fn restrictions(list: &[config::Restriction]) -> Result<Restrictions, String> {
    let mut plugins = Vec::with_capacity(list.len());
    for one in list {
        let mut actions = std::collections::BTreeSet::new();
        for word in &one.actions {
            let action = identity::ActionAttribute::parse(word)
                .ok_or_else(|| format!("`{word}` is no action; use create, read, update or delete"))?;
            actions.insert(action);
        }
        let restriction = identity::PluginRestriction {
            permissions: (!one.permissions.is_empty()).then(|| one.permissions.iter().cloned().collect()),
            actions: (!one.actions.is_empty()).then_some(actions),
        };
        plugins.push((one.plugin.clone(), restriction));
    }
    Restrictions::new(plugins).map_err(|plugin| format!("plugin `{plugin}` is restricted twice"))
}
