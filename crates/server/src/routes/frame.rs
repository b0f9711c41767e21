//! What stands around every page, for whoever looks at it.

use http::header;
use identity::Principal;
use policy::ReadPosture;

use crate::app::App;
use crate::call::{self, Call};
use crate::catalog::View;
use crate::pages::{Frame, Href, Section, Text, Theme, Viewer};

/// The frame for a signed-in viewer, whose name leads to their own entity if `view` shows it to them.
pub(crate) fn signed_in(
    call: &Call,
    principal: &Principal,
    view: Option<&View>,
    title: &str,
    section: Section,
) -> Frame {
    let viewer = call::Viewer::new(principal, call.session.as_ref());
    let mut frame = around(&call.app, &call.headers, Some(&viewer), title, section, &here(call));
    if let (Some(shown), Principal::User(user), Some(view)) = (&mut frame.viewer, principal, view) {
        shown.profile = view.shows(user.entity_ref()).then(|| Href::entity(user.entity_ref()));
    }
    frame
}

/// The frame for whoever looks.
pub(crate) fn around(
    app: &App,
    headers: &http::HeaderMap,
    viewer: Option<&call::Viewer>,
    title: &str,
    section: Section,
    here: &str,
) -> Frame {
    Frame {
        viewer: viewer.and_then(|viewer| shown(app, viewer)),
        ..plain(app, headers, title, section, here)
    }
}

fn shown(app: &App, viewer: &call::Viewer) -> Option<Viewer> {
    let id = viewer.principal.actor_id()?;
    let user = match &viewer.principal {
        Principal::User(user) => Some(user.entity_ref()),
        _ => None,
    };
    Some(Viewer {
        name: Text::short(user.map_or(id, model::EntityRef::name)),
        entity_ref: Text::short(id),
        // Whether they may open it is not known here.
        profile: None,
        posture: app.policy.current().offers::<ReadPosture>(&viewer.principal),
        form_token: viewer.form_token.clone(),
    })
}

/// The frame for a stranger, or where it does not matter who looks.
pub(crate) fn plain(
    app: &App,
    headers: &http::HeaderMap,
    title: &str,
    section: Section,
    here: &str,
) -> Frame {
    Frame {
        title: Text::short(title),
        here: Href::back(&app.masks.text(here)).unwrap_or_else(|| Href::page(&["catalog"])),
        section,
        viewer: None,
        development: app.development.then(|| {
            Text::new(if app.auth.load().lets_guests_in() {
                "this machine only, and whoever is at it comes in as a guest."
            } else {
                "this machine only, sign-in by a printed link."
            })
        }),
        theme: theme(headers),
    }
}

fn here(call: &Call) -> String {
    match call.admitted.path.raw_query() {
        Some(query) => format!("{}?{query}", call.admitted.path.as_str()),
        None => call.admitted.path.as_str().to_owned(),
    }
}

/// The theme the viewer chose.
fn theme(headers: &http::HeaderMap) -> Theme {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == Theme::COOKIE)
        .map_or(Theme::default(), |(_, value)| Theme::parse(value))
}
