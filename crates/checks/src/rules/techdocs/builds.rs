//! Whether a portal builds docs itself.

use crate::Context;
use crate::Item;
use crate::repo::{Production, Reach, Role, Setting};
use crate::rule::Skip;

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

/// What says the same in files for another deployment, which nothing here starts.
pub(super) fn elsewhere<'a>(cx: Context<'a>, key: &str, value: &str) -> Result<Vec<Setting<'a>>, Skip> {
    let settings = cx.settings(key)?.filter(|setting| {
        matches!(setting.reach, Reach::NotLoaded(Role::Production | Role::Other))
            && setting.item.literal() == Some(value)
    });
    Ok(settings.collect())
}
