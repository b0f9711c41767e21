//! Errors on pages.

use axum::response::Response;
use config::{OidcPreset, ProviderKind, ProviderSettings};
use http::{HeaderMap, StatusCode, header};

use super::frame;
use crate::app::App;
use crate::call::{Viewer, html_answer};
use crate::error::ApiError;
use crate::pages::sign_in::Provider;
use crate::pages::{ErrorPage, Href, Page as _, Section, SignInPage, Text, paths};
use crate::providers::Configured;

/// A request that failed on a page.
pub(crate) struct Failed<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// Path and query that were asked for, where that is a page to come back to.
    pub(crate) path: &'a str,
    /// Who asked, if the guard found out.
    pub(crate) viewer: Option<&'a Viewer>,
}

/// The page for an error. A stranger gets the sign-in page, whatever the path.
pub(crate) fn page(app: &App, error: &ApiError, failed: &Failed<'_>) -> Response {
    let status = error.status();
    if status == StatusCode::UNAUTHORIZED {
        return sign_in(app, failed.headers, failed.path, None);
    }
    let frame = frame::around(app, failed.headers, failed.viewer, "", Section::Other, "/catalog");
    let mut page = ErrorPage::new(frame, status.as_u16(), failed.request_id);
    if !error.public().is_empty() && status != StatusCode::INTERNAL_SERVER_ERROR {
        page.meaning = Text::new(error.public());
    }
    let mut response = html_answer(status, page.html());
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The sign-in page, with the status that says why it is shown. `back` is where to go on afterwards.
pub(crate) fn sign_in(app: &App, headers: &HeaderMap, back: &str, notice: Option<&str>) -> Response {
    let auth = app.auth.load();
    let provider = |one: &Configured| Provider {
        label: Text::new(&format!("Sign in with {}", name(&one.settings))),
        href: Href::page(&["sign-in", "with", &one.settings.id])
            .with_query((back != paths::CATALOG).then_some(("back", back))),
    };
    let page = SignInPage {
        frame: frame::plain(app, headers, "Sign in", Section::Other, "/catalog"),
        providers: auth.offered().map(provider).collect(),
        development: app.development,
        notice: notice.map(Text::new),
    };
    html_answer(StatusCode::UNAUTHORIZED, page.html())
}

/// What people call a provider: its product's name, or the id that the configuration gives it.
fn name(settings: &ProviderSettings) -> &str {
    match &settings.kind {
        ProviderKind::GitHub(_) => "GitHub",
        ProviderKind::Oidc(oidc) => match oidc.preset {
            OidcPreset::Google => "Google",
            OidcPreset::Microsoft => "Microsoft",
            OidcPreset::Okta => "Okta",
            OidcPreset::GitLab => "GitLab",
            OidcPreset::None if settings.id == "oidc" => "single sign-on",
            OidcPreset::None => &settings.id,
        },
        _ => &settings.id,
    }
}
