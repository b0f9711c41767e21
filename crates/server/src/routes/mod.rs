//! Every route, one file an area. [`table`] is the whole surface of the public listener.

mod access;
mod assets;
pub(crate) mod auth;
mod catalog;
mod catalog_page;
mod entity_page;
pub(crate) mod errors;
mod frame;
mod health;
mod posture;
mod sessions;
pub(crate) mod sign_in;
mod theme;
mod unknown;

pub(crate) use auth::is_own_plugin;

use crate::table::{RouteRow, Table};

/// The public listener's table.
pub(crate) fn table() -> Table {
    let table = Table::default();
    let table = health::rows(table);
    let table = catalog::rows(table);
    let table = catalog_page::rows(table);
    let table = entity_page::rows(table);
    let table = access::rows(table);
    let table = posture::rows(table);
    let table = sign_in::rows(table);
    let table = auth::rows(table);
    let table = sessions::rows(table);
    let table = theme::rows(table);
    let table = assets::rows(table);
    // Last, for the reader: what nobody else serves.
    unknown::rows(table)
}

/// Every row there is, the metrics listener's included, as `stagedoor routes` prints them.
pub fn printed() -> Vec<RouteRow> {
    let mut rows = table().printed();
    rows.extend(crate::metrics_listener::printed());
    rows
}
