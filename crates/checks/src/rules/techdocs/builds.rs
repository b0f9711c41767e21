//! Whether a portal builds docs itself.

use crate::Item;
use crate::repo::Production;

/// What makes production build docs itself, if it says so.
pub(super) fn builder(production: &Production) -> Option<&Item> {
    production.at("techdocs.builder").filter(|builder| builder.literal() == Some("local"))
}

/// Where the generator runs, in the present and the former spelling.
pub(super) fn runs_in<'a>(production: &'a Production, place: &str) -> Option<&'a Item> {
    ["techdocs.generator.runIn", "techdocs.generators.techdocs"]
        .iter()
        .find_map(|key| production.at(key))
        .filter(|item| item.literal() == Some(place))
}
