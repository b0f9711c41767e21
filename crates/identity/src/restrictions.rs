//! `accessRestrictions`: the upper bound of what a service token may do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

/// Backstage's `action` attribute of a permission. A permission may have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionAttribute {
    /// Makes something.
    Create,
    /// Looks at something.
    Read,
    /// Changes something.
    Update,
    /// Removes something.
    Delete,
}

impl ActionAttribute {
    /// All of them, in the order of the contract.
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// Reads the word; case matters, as in the reference.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.as_str() == word)
    }
}

impl fmt::Display for ActionAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a token may do at one plugin. `None` bounds nothing; an empty set allows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PluginRestriction {
    /// Permission names, exactly.
    pub permissions: Option<BTreeSet<String>>,
    /// Values of the permission's `action` attribute; a permission without one is then refused.
    pub actions: Option<BTreeSet<ActionAttribute>>,
}

/// Per plugin, what a token may do; plugins that are not named are out of bounds.
///
/// It only ever takes away: policy decides within it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restrictions(BTreeMap<String, PluginRestriction>);

impl Restrictions {
    /// From one entry per plugin. The error is the name of a plugin that comes twice.
    pub fn new(plugins: impl IntoIterator<Item = (String, PluginRestriction)>) -> Result<Self, String> {
        let mut kept = BTreeMap::new();
        for (plugin, restriction) in plugins {
            if kept.contains_key(&plugin) {
                return Err(plugin);
            }
            kept.insert(plugin, restriction);
        }
        Ok(Self(kept))
    }

    /// The plugins it names, sorted; for the text of a refusal.
    pub fn plugins(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether the token may speak to the plugin at all.
    pub fn allows_plugin(&self, plugin: &str) -> bool {
        self.0.contains_key(plugin)
    }

    /// Whether the bound leaves room for a permission of a plugin.
    pub fn allows(&self, plugin: &str, permission: &str, action: Option<ActionAttribute>) -> bool {
        self.0.get(plugin).is_some_and(|bound| {
            bound.permissions.as_ref().is_none_or(|names| names.contains(permission))
                && bound
                    .actions
                    .as_ref()
                    .is_none_or(|actions| action.is_some_and(|action| actions.contains(&action)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(bound: PluginRestriction) -> Restrictions {
        Restrictions::new([("catalog".to_owned(), bound)]).expect("one plugin")
    }

    #[test]
    fn plugins_that_are_not_named_are_out_of_bounds() {
        let open = catalog(PluginRestriction::default());
        assert!(open.allows("catalog", "catalog.entity.validate", None));
        assert!(!open.allows("search", "catalog.entity.read", Some(ActionAttribute::Read)));
        assert!(!Restrictions::default().allows_plugin("catalog"));
    }

    #[test]
    fn both_bounds_hold_at_once() {
        let bound = catalog(PluginRestriction {
            permissions: Some(
                ["catalog.entity.read".to_owned(), "catalog.entity.validate".to_owned()].into(),
            ),
            actions: Some([ActionAttribute::Read].into()),
        });
        assert!(bound.allows("catalog", "catalog.entity.read", Some(ActionAttribute::Read)));
        assert!(!bound.allows("catalog", "catalog.entity.read", Some(ActionAttribute::Delete)));
        assert!(!bound.allows("catalog", "catalog.location.read", Some(ActionAttribute::Read)));
        assert!(!bound.allows("catalog", "catalog.entity.validate", None), "it has no action attribute");
    }

    #[test]
    fn an_empty_list_allows_nothing() {
        let none = catalog(PluginRestriction { permissions: Some(BTreeSet::new()), actions: None });
        assert!(!none.allows("catalog", "catalog.entity.read", Some(ActionAttribute::Read)));
    }

    #[test]
    fn a_plugin_named_twice_is_refused() {
        let twice = ["catalog", "catalog"].map(|name| (name.to_owned(), PluginRestriction::default()));
        assert_eq!(Restrictions::new(twice), Err("catalog".to_owned()));
        assert_eq!(ActionAttribute::parse("Read"), None);
        assert_eq!(ActionAttribute::parse("read"), Some(ActionAttribute::Read));
    }
}
