//! Kinds that the catalog takes from any location.

use crate::repo::Setting;
use crate::rule::Skip;
use crate::{Context, Item};

/// A kind in a rule that holds for every location.
pub(super) struct Admitted<'a> {
    pub(super) setting: Setting<'a>,
    pub(super) kind: &'a str,
}

pub(super) fn from_anywhere(cx: Context<'_>) -> Result<Vec<Admitted<'_>>, Skip> {
    let mut found = Vec::new();
    for rule in cx.settings("catalog.rules.*")? {
        // A file for the developer's own machine; one for an environment of that name is reached by others.
        let is_local = rule.is_for_development() && rule.item.place.path.contains("local");
        if is_local || is_bounded(rule.item) {
            continue;
        }
        for item in rule.item.get("allow").map(Item::one_or_many).unwrap_or_default() {
            let kind = item.literal().or_else(|| item.get("kind").and_then(Item::literal));
            if let Some(kind) = kind {
                found.push(Admitted { setting: Setting { item, ..rule.clone() }, kind });
            }
        }
    }
    Ok(found)
}

/// Whether a rule holds for some locations only: each of them says which.
fn is_bounded(rule: &Item) -> bool {
    let Some(locations) = rule.get("locations") else { return false };
    locations.is_unknown()
        || locations.items().iter().all(|location| {
            location.get("exact").is_some()
                || location.get("pattern").is_some_and(|pattern| {
                    pattern.literal().is_none_or(|text| {
                        let rest = text.trim_start_matches("https://").trim_start_matches("http://");
                        !rest.starts_with('*')
                    })
                })
                || location.get("type").and_then(Item::literal) == Some("file")
        })
}
