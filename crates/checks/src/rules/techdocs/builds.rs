//! Whether a portal builds docs itself.

use crate::Context;
use crate::Item;
use crate::code::backend::{Added, Backend};
use crate::repo::{Production, Reach, Role, Setting};
use crate::rule::Skip;

/// Skips what only matters where TechDocs runs: if no backend here adds its plugin, and that can be told.
pub(super) fn needs_plugin(cx: Context<'_>) -> Result<(), Skip> {
    let (Ok(code), Ok(backends)) = (cx.code(), cx.backends()) else { return Ok(()) };
    let imports = |backend: &Backend<'_>| {
        let mut modules = code.under(&backend.folder);
        modules.any(|module| module.imports.iter().any(|import| import.source.contains("techdocs-backend")))
    };
    let runs = |backend: &Backend<'_>| {
        let mut sources = backend.added.iter().filter_map(Added::source);
        backend.is_open() || sources.any(|source| source.contains("techdocs-backend")) || imports(backend)
    };
    if backends.is_empty() || backends.iter().any(runs) {
        Ok(())
    } else {
        Err(Skip::because("no backend here adds TechDocs"))
    }
}

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
