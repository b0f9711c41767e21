//! `POST /theme`: keeps the chosen theme in a cookie.

use http::{HeaderValue, header};
use identity::Principal;

use crate::call::{Call, see_other};
use crate::pages::{Href, Theme, paths};
use crate::table::{Answered, Face, Table};

/// A year, in seconds.
const KEPT: u32 = 31_536_000;

pub(super) fn rows(table: Table) -> Table {
    let why = "it changes a cookie of the viewer's own browser, nothing here";
    table.signed_in(Face::Page, "POST", paths::THEME, why, choose)
}

async fn choose(_: Principal, call: Call) -> Answered {
    let form = call.form.as_ref();
    let chosen = Theme::parse(form.and_then(|form| form.first("theme")).unwrap_or_default());
    let back = form.and_then(|form| Href::back(&call.app.masks.text(form.first("back")?)));
    let mut response = see_other(back.as_ref().map_or(paths::CATALOG, Href::as_str));
    let secure = if call.app.secure() { "; Secure" } else { "" };
    let cookie = format!(
        "{}={}; Path=/; Max-Age={KEPT}; SameSite=Lax; HttpOnly{secure}",
        Theme::COOKIE,
        chosen.name()
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
