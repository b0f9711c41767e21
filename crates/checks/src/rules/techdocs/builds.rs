//! Whether a portal builds docs itself.

use crate::Item;
use crate::repo::Production;

/// What makes production build docs itself, if it says so.
pub(super) fn builder(production: &Production) -> Option<&Item> {
    production.at("techdocs.builder").filter(|builder| builder.literal() == Some("local"))
}

/// Where the generator runs, as it is read: the former key, which still wins, then the present one.
pub(super) fn runs_in<'a>(production: &'a Production, place: &str) -> Option<&'a Item> {
    ["techdocs.generators.techdocs", "techdocs.generator.runIn"]
        .iter()
        .find_map(|key| production.at(key))
        .filter(|item| item.literal() == Some(place))
}
